import { expect, test } from 'vitest';
import { atLeastOne, collect, gigabytes, gpuNumber, hours, points, seedOf } from '../src/program/arguments.ts';

test('a seed is a whole number that a number holds exactly', () => {
  expect(['0', '7', '9007199254740991'].map(seedOf)).toEqual([0, 7, Number.MAX_SAFE_INTEGER]);
  for (const text of ['9007199254740992', '9007199254740993', '-1', '1.5', '1e3', '', ' 1', '0x1'])
    expect(() => seedOf(text), text).toThrow('It takes a whole number, at most 9007199254740991.');
});

test('a size from one up, hours of any length, and options that are repeated', () => {
  expect(atLeastOne('64')).toBe(64);
  for (const text of ['0', '-3', '2.5', 'many'])
    expect(() => atLeastOne(text)).toThrow('It takes a whole number from 1 up.');
  expect(['12', '0.5', '0'].map(hours)).toEqual([12, 0.5, 0]);
  for (const text of ['many', '', '-1', 'Infinity'])
    expect(() => hours(text)).toThrow('It takes hours, such as 12 or 0.5.');
  expect(['0', '11'].map(gpuNumber)).toEqual([0, 11]);
  for (const text of ['-1', 'one', '0,1', ''])
    expect(() => gpuNumber(text)).toThrow('It takes the number of a GPU, from 0, or none.');
  expect(['16', '7.5'].map(gigabytes)).toEqual([16e9, 7.5e9]);
  for (const text of ['0', '-1', '', '16 GB']) expect(() => gigabytes(text)).toThrow('It takes GB, such as 16 or 7.5.');
  expect(['0', '0.5'].map(points)).toEqual([0, 0.5]);
  for (const text of ['', '-1', 'NaN', '1 %']) expect(() => points(text)).toThrow('It takes points of a measure');
  expect(collect(seedOf)('2', collect(seedOf)('1', undefined))).toEqual([1, 2]);
});
