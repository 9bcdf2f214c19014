/** The watermark at the end of the input: in kernels i64.max, here the greatest safe integer, which JSON and doubles keep. */
export const MAX_WATERMARK = Number.MAX_SAFE_INTEGER;
/** Before the first watermark. */
export const MIN_WATERMARK = Number.MIN_SAFE_INTEGER;
