export { type BlockFit, blockFit } from './block-fit.ts'
export { blockCountOf, blocksOf } from './blocks-of.ts'
export type {
  BlockScope,
  Corpus,
  Dependency,
  Launch,
  Session,
  SubagentTimeBasis,
  Trace,
  TraceFormatName,
  TraceOrigin,
  Turn,
  TurnAddress,
} from './corpus.ts'
export { corpusDigest } from './corpus-digest.ts'
export { type BlockDelta, encodeBlocks } from './encode-blocks.ts'
export { renderWekaTrace } from './formats/weka/render.ts'
export { linkSessions, type UnlinkedSession } from './link-sessions.ts'
export { printable } from './printable.ts'
export { type Problem, renderProblem, TraceError } from './problem.ts'
export { type CorpusShapes, corpusShapes } from './shapes.ts'
export { readPlainFile, type SizeLimit, UnreadableFile } from './source/plain-file.ts'
export { type ReadCorpus, type ReadOptions, type ReadProgress, readCorpus } from './source/read-corpus.ts'
export { readLines } from './source/read-lines.ts'
export { type WriteWekaOptions, writeWekaCorpus } from './source/write-weka.ts'
export { type CorpusStats, corpusStats, type PairStats, traceStats } from './stats.ts'
export { type FixedLengthOptions, fixedLengthCorpus } from './synth/fixed-length-corpus.ts'
export { type SynthOptions, synthCorpus } from './synth/synth-corpus.ts'
