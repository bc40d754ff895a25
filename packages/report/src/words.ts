/** A word of the reports: where a text uses it, and what it means, in one sentence. */
interface Word {
  readonly word: string;
  readonly used: RegExp;
  readonly meaning: string;
}

const WORDS: readonly Word[] = [
  {
    word: 'TMA',
    used: /\btma\b/i,
    meaning:
      'temporal moving average: after each step the teacher becomes m · teacher + (1 − m) · student, m being its momentum.',
  },
  {
    word: 'SE',
    used: /\bse\b/i,
    meaning:
      'spatial ensemble: after each step every unit of the teacher is kept with the preserve probability p, or else becomes the student’s.',
  },
  {
    word: 'STS',
    used: /\bsts\b/i,
    meaning:
      'spatial-temporal smoothing, both together: every unit is kept with the preserve probability p, or else moves as in TMA.',
  },
  {
    word: 'Momentum',
    used: /\bmomentum\b/i,
    meaning: 'm, from 0 to 1: the share of the teacher’s own value that stays when it moves.',
  },
  {
    word: 'Preserve probability',
    used: /\bpreserve\b|\bp = \d/i,
    meaning: 'p, from 0 to 1: the chance that an update leaves a unit of the teacher as it is.',
  },
  {
    word: 'Unit',
    used: /\bunits?\b/i,
    meaning:
      'the weights that one draw decides together: a whole tensor, or a layer, a channel or a single weight where the setting `granularity` says so.',
  },
  {
    word: 'Effective momentum',
    used: /\beffective\b/i,
    meaning: '1 − (1 − p)(1 − m): the momentum with which TMA moves, on average, as fast as SE or STS do.',
  },
  {
    word: 'Cosine, of a momentum or probability',
    used: /\bcosine \d/i,
    meaning: 'it begins at the number given and rises to 1 by half a cosine over the run.',
  },
];

/** A line for each word that a text uses, and for each that these lines use in turn. */
export function wordsOf(text: string): string[] {
  const lines = WORDS.filter(({ used }) => used.test(text)).map(({ word, meaning }) => `- **${word}**: ${meaning}`);
  const whole = [text, ...lines].join('\n');
  return WORDS.some(({ used }) => used.test(whole) && !used.test(text)) ? wordsOf(whole) : lines;
}
