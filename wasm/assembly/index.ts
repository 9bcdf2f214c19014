/**
 * The exports of the kernel module: one line for each file of kernels.
 *
 * Functions only. A kernel takes addresses and counts and allocates nothing, so the memory belongs to
 * the engine from `heapBase()` on; below it are the module's constants.
 */

/** First byte that the module does not use itself. Not aligned. */
export function heapBase(): usize {
  return __heap_base;
}
export * from './nexmark';
export { nexmarkChannels, nexmarkPadding } from './nexmark-tables';
export * from './murmur';
export * from './gather';
export * from './codec';
export * from './key-records';
export * from './keyed-table';
export * from './partition';
export * from './compare';
export * from './arithmetic';
export * from './decimal';
export * from './decimal-rescale';
export * from './boolean';
export * from './timestamp';
export * from './timestamp-text';
export * from './string';
export * from './string-compare';
export { countPieces, textsToMaps } from './string-map';
export {
  bitmapBuild,
  bitmapCardinality,
  bitmapCombine,
  bitmapNumbers,
  bitmapRead,
  bitmapScratchBytes,
  bitmapText,
  bitmapTotal,
} from './bitmap';
export * from './hexadecimal';
export { digestTexts } from './message-digest';
export * from './like';
export * from './cast';
export * from './regexp';
export * from './json';
export { jsonNormalForms } from './json-normal';
export * from './aggregate';
export * from './aggregate-extreme';
export * from './aggregate-result';
export * from './aggregate-decimal';
export * from './aggregate-text';
export * from './aggregate-variance';
export * from './aggregate-edge';
export * from './value-list';
export * from './value-list-results';
export * from './value-bag';
export * from './hyper-log-log';
export * from './value-set';
export * from './distinct';
export * from './row-kinds';
export * from './watermark';
export * from './window';
export * from './join-state';
export * from './join-pairs';
export * from './random';
export * from './real-functions';
export * from './sort';
export * from './user-state';
