import { describe, expect, it } from 'vitest';

import { canonicalJson, hash } from '../src/index.ts';

describe('canonicalJson', () => {
  it('spells the example of RFC 8785, section 3.2.3', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, at every depth (RFC 8785, section 3.2.3)', () => {
    const value = {
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '\ud83d\ude00': 5,
      '\u0080': 6,
      '\u00f6': { b: 1, a: 2 },
    };
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":{"a":2,"b":1},"€":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it('does not depend on the order in which an object was built', () => {
    expect(canonicalJson({ a: 1, b: { c: 2, d: 3 } })).toBe(canonicalJson({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('prints −0 as 0, and survives a round trip', () => {
    expect(canonicalJson([-0, 0.1, 5e-324, 1.7976931348623157e308])).toBe('[0,0.1,5e-324,1.7976931348623157e+308]');
    const text = canonicalJson({ learningRate: 0.03, momentum: 0.999 });
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });

  it.each([
    ['NaN', { a: [1, NaN] }, 'a[1] is NaN'],
    ['an infinity', { a: { b: -Infinity } }, 'a.b is -Infinity'],
    ['undefined', { a: undefined }, 'a is undefined'],
    ['a hole', { a: Object.assign([1], { 2: 2 }) }, 'a[1] is undefined'],
    ['a function', { a: () => 1 }, 'a is a function'],
    ['a bigint', { a: 1n }, 'a is a bigint'],
    ['a typed array', { a: new Float32Array(2) }, 'a is an instance of Float32Array'],
    ['a date', { a: new Date(0) }, 'a is an instance of Date'],
    ['a lone surrogate', { a: '\ud800' }, 'a is a string with a lone surrogate'],
    ['nothing at all', undefined, 'the value is undefined'],
  ])('refuses %s, naming its path', (_what, value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });

  it('refuses a cycle, and accepts the same object twice', () => {
    const shared = { x: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"x":1},{"x":1}]');
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => canonicalJson(cycle)).toThrow('contains itself');
  });
});

describe('hash', () => {
  it('is the SHA-256 of the canonical text', () => {
    // printf '{"a":1,"b":[true,null]}' | sha256sum
    expect(hash({ b: [true, null], a: 1 })).toBe('1cc69c7fa23616ca2ec3ee70d24390a6225c8832db8a4c814c7e0e7f942f8668');
  });
});
