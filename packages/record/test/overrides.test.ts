import { describe, expect, it } from 'vitest';

import { applyOverrides, applyPatch, parseOverride } from '../src/index.ts';

const spec = {
  optimizer: { learningRate: 0.03, nesterov: true },
  widths: [32, 64, 128],
  teacher: { kind: 'none' },
  name: 'wrn',
};

describe('parseOverride', () => {
  it.each([
    ['a.b=0.01', ['a', 'b'], 0.01],
    ['a=true', ['a'], true],
    ['a=null', ['a'], null],
    ['a=[1,2]', ['a'], [1, 2]],
    ['a={"kind":"tma"}', ['a'], { kind: 'tma' }],
    ['a=teacher', ['a'], 'teacher'],
    ['a="7"', ['a'], '7'],
    ['a=x=y', ['a'], 'x=y'],
    ['a=', ['a'], ''],
  ])('reads %s', (text, path, value) => {
    expect(parseOverride(text)).toEqual({ path, value });
  });

  it.each(['', 'a', '=3', 'a..b=1', '.a=1'])('refuses %j', (text) => {
    expect(() => parseOverride(text)).toThrow('--set expects key=value');
  });
});

describe('applyOverrides', () => {
  it('sets values at dotted paths and leaves the spec alone', () => {
    const before = structuredClone(spec);
    const changed = applyOverrides(spec, ['optimizer.learningRate=0.01', 'widths.1=8', 'name=net']);
    expect(changed).toEqual({
      ...spec,
      optimizer: { learningRate: 0.01, nesterov: true },
      widths: [32, 8, 128],
      name: 'net',
    });
    expect(spec).toEqual(before);
  });

  it('replaces an object whole', () => {
    expect(applyOverrides(spec, ['teacher={"kind":"tma","momentum":0.9}'])).toEqual({
      ...spec,
      teacher: { kind: 'tma', momentum: 0.9 },
    });
  });

  it('sets a key of an object that was given whole before', () => {
    const changed = applyOverrides(spec, ['teacher={"kind":"tma","momentum":0.9}', 'teacher.momentum=0.5']);
    expect(changed.teacher).toEqual({ kind: 'tma', momentum: 0.5 });
  });

  it.each([
    [['name=cnn', 'widths.0=8', 'name=net'], "--set name is given twice, 'name=cnn' and 'name=net'"],
    [['name=net', 'name=net'], "--set name is given twice, 'name=net' and 'name=net'"],
    [['teacher.kind=se', 'teacher={"kind":"tma"}'], '--set teacher={"kind":"tma"} would undo --set teacher.kind=se'],
  ])('refuses %j, of which one undoes the other', (overrides, message) => {
    expect(() => applyOverrides(spec, overrides)).toThrow(message);
  });

  it('adds a key that an object may have, as it is after what was set before', () => {
    const mayHave = (of: unknown, path: readonly string[]) =>
      path.join('.') === 'teacher' ? [(of as typeof spec).teacher.kind === 'tma' ? 'momentum' : 'never'] : [];
    expect(applyOverrides(spec, ['teacher.kind=tma', 'teacher.momentum=0.5'], mayHave).teacher).toEqual({
      kind: 'tma',
      momentum: 0.5,
    });
    expect(() => applyOverrides(spec, ['teacher.momentum=0.5'], mayHave)).toThrow(
      "--set teacher.momentum: unknown key 'momentum'. Valid here: kind, never.",
    );
    expect(() => applyOverrides(spec, ['momentum=0.5'], mayHave)).toThrow("--set momentum: unknown key 'momentum'.");
  });

  it.each([
    ['optimiser.learningRate=1', "--set optimiser: unknown key 'optimiser'. Did you mean 'optimizer'?"],
    [
      'optimizer.learningrate=1',
      "--set optimizer.learningrate: unknown key 'learningrate'. Did you mean 'learningRate'? Valid here: learningRate, nesterov.",
    ],
    ['widths.3=1', '--set widths.3: the list has the places 0 to 2'],
    ['widths.x=1', '--set widths.x: the list has the places 0 to 2'],
    ['name.first=1', '\'name\' is a single value ("wrn")'],
    ['toString=1', "unknown key 'toString'"],
    ['__proto__.polluted=1', "unknown key '__proto__'"],
  ])('refuses %s', (override, message) => {
    expect(() => applyOverrides(spec, [override])).toThrow(message);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('applyPatch', () => {
  it('merges objects and replaces the rest', () => {
    expect(applyPatch(spec, { optimizer: { learningRate: 1 }, widths: [8], steps: 10 })).toEqual({
      optimizer: { learningRate: 1, nesterov: true },
      widths: [8],
      teacher: { kind: 'none' },
      name: 'wrn',
      steps: 10,
    });
  });

  it('keeps nothing of another kind', () => {
    const sts = { teacher: { kind: 'sts', momentum: 0.9, preserve: 0.5 } };
    expect(applyPatch(sts, { teacher: { kind: 'tma', momentum: 0.8 } })).toEqual({
      teacher: { kind: 'tma', momentum: 0.8 },
    });
    expect(applyPatch(sts, { teacher: { momentum: 0.8 } })).toEqual({
      teacher: { kind: 'sts', momentum: 0.8, preserve: 0.5 },
    });
  });

  it('treats __proto__ as a plain key', () => {
    const patched = applyPatch({}, JSON.parse('{"__proto__": {"polluted": 1}}'));
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
