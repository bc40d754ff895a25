import { expect, test } from 'vitest';
import { withRegion } from '../readme/region.ts';

test('what stands between the marks is replaced, and nothing else', () => {
  const once = withRegion('a\n<!-- x -->\nold\n<!-- /x -->\nb\n', 'x', 'new');
  expect(once).toBe('a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n');
  expect(withRegion(once, 'x', 'new')).toBe(once);
});

test.each([
  'a',
  '<!-- x -->',
  '<!-- /x --><!-- x -->',
  '<!-- x --><!-- /x --><!-- x --><!-- /x -->',
  '<!-- x --><!-- /x --><!-- /x -->',
])('%s has no place for it', (text) => {
  expect(() => withRegion(text, 'x', 'new')).toThrow('there must be one <!-- x --> with one <!-- /x --> behind it');
});
