import { remembered } from '../../src/rulebook/bounded-cache.js';

test('a remembered function computes once, gives the same answers, and forgets before it outgrows its size', () => {
  const computed: string[] = [];
  const twice = remembered(2, (key) => {
    computed.push(key);
    return key + key;
  });
  expect(['a', 'b', 'a', 'b'].map(twice)).toEqual(['aa', 'bb', 'aa', 'bb']);
  expect(computed).toEqual(['a', 'b']);
  expect(['c', 'a'].map(twice)).toEqual(['cc', 'aa']);
  expect(computed).toEqual(['a', 'b', 'c', 'a']);
});
