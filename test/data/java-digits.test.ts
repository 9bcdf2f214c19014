import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DOUBLE_FORMAT, FLOAT_FORMAT, javaDigits } from '../../engine/data/java-digits.ts';
import { doubleText, floatText } from '../../engine/data/java-number-text.ts';

/** What Java 17 prints where it is not the shortest text, or not the one that JavaScript picks. */
const floats: [value: number, text: string][] = [
  [2 ** 31, '2.14748365E9'],
  [2 ** 83, '9.6714065E24'],
  [7 * 2 ** 83, '6.7699845E25'],
  [59.2265625, '59.226562'],
  [1.401298464324817e-45, '1.4E-45'],
];
const doubles: [value: number, text: string][] = [
  [2 ** -44, '5.6843418860808015E-14'],
  [2 ** 62, '4.6116860184273879E18'],
  [5e-324, '4.9E-324'],
  [2e23, '1.9999999999999998E23'],
  [1e23, '9.999999999999999E22'],
  [2.2250738585072014e-308, '2.2250738585072014E-308'],
];
describe('numbers that Java 17 prints in its own way', () => {
  test.each(floats)('FLOAT %f is %s', (value, text) => expect(floatText(Math.fround(value))).toBe(text));
  test.each(doubles)('DOUBLE %f is %s', (value, text) => expect(doubleText(value)).toBe(text));
});

const positive = { min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true };

test('the digits of a DOUBLE give it back', () =>
  fc.assert(
    fc.property(fc.oneof(fc.double(positive), fc.double({ ...positive, max: 1e6 })), (value) => {
      const [digits, exponent] = javaDigits(value, DOUBLE_FORMAT);
      expect(Number(`${digits[0]}.${digits.slice(1)}e${exponent}`)).toBe(value);
      expect(Number(doubleText(value))).toBe(value);
    }),
  ));

test('the digits of a FLOAT give it back', () =>
  fc.assert(
    fc.property(fc.float({ min: 2 ** -149, noNaN: true, noDefaultInfinity: true }), (value) => {
      const [digits, exponent] = javaDigits(value, FLOAT_FORMAT);
      expect(Math.fround(Number(`${digits[0]}.${digits.slice(1)}e${exponent}`))).toBe(value);
      expect(Math.fround(Number(floatText(value)))).toBe(value);
    }),
  ));
