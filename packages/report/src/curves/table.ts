import { intervalText } from '../claims/gate.ts';
import { behindSeeds } from '../rows.ts';
import { type Column, type Content, resting, table, type Table } from '../tabular.ts';
import { ABSENT, inUnit } from '../text.ts';
import { type CurveLine, type CurvePoint, type Curves, lastAxis, linesOf, panelsOf, pointsOf } from './curves.ts';

type Line = CurveLine & {
  readonly panel: string | number | undefined;
  readonly points: ReadonlyMap<string | number | undefined, CurvePoint>;
};

/** Curves, one a line, a place of their axis a column: the mean over the seeds with its 95 % interval. */
export function curvesTable(curves: Curves): Table {
  const { title, measure, axes } = curves;
  const last = lastAxis(curves);
  const lines = linesOf(curves).flatMap((line) =>
    panelsOf(curves).map((panel): Line => ({ ...line, panel, points: pointsOf(curves, line, panel) })),
  );
  return table<Line>(
    inUnit(title, measure.unit),
    lines.filter(({ points }) => points.size > 0),
    [
      ['arm', 'l', ({ row }) => row.arm.title],
      ['whose', 'l', ({ whose }) => (whose === 'none' ? ABSENT : whose)],
      ...(axes.length === 1
        ? []
        : [[inUnit(axes[0].axis, axes[0].unit), 'l', ({ panel }) => String(panel)] as Column<Line>]),
      ...last.places.map((place, i): Column<Line> => [
        i === 0 ? `${inUnit(last.axis, last.unit)} ${place}` : String(place),
        'r',
        ({ points }) => cell(points.get(place)),
      ]),
    ],
  );
}

function cell(point: CurvePoint | undefined): Content {
  if (point === undefined || point.sample.mean === null) return ABSENT;
  const { row, sample, interval } = point;
  const fixed = (value: number): string => value.toFixed(2);
  const mean = fixed(point.sample.mean);
  const text = interval === null ? mean : `${mean} ${intervalText(interval, fixed)}`;
  // Of crossed seeds those of the sample are splits.
  return resting(text, behindSeeds(row, row.crossed === undefined ? sample.seeds : row.crossed.seeds));
}
