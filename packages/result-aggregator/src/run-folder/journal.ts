/** How a journal of a run's folder is written, for whoever writes one beside the run. */
export { type LineAppender, openLineAppender } from './line-appender.ts'
export { sealLine } from './sealed-line.ts'
