export { blockCountOf, blocksOf } from './blocks-of.ts'
export type {
  BlockScope,
  Corpus,
  Dependency,
  Session,
  SubagentTimeBasis,
  Trace,
  Turn,
  TurnAddress,
} from './corpus.ts'
