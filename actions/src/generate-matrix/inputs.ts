import { z } from 'zod'
import { choice, choices, line, seconds, wholeNumber, words, yesNo } from '../input-kinds.ts'

/** Named as the flags of `reprise matrix`, which they become. */
export const Inputs = z.strictObject({
  command: choice('test-config', 'full-sweep', 'changed', 'changelog').default('test-config'),
  'config-keys': words().optional(),
  'config-files': words().optional(),
  'runner-config': line().optional(),
  'scenario-type': choices('fixed-seq-len', 'agentic-coding').optional(),
  'model-prefix': words().optional(),
  precision: words().optional(),
  framework: words().optional(),
  'runner-type': words().optional(),
  'seq-lens': choices('1k1k', '8k1k').optional(),
  conc: words().pipe(z.array(wholeNumber())).optional(),
  'min-conc': wholeNumber().optional(),
  'max-conc': wholeNumber().optional(),
  'max-tp': wholeNumber().optional(),
  'max-ep': wholeNumber().optional(),
  'step-size': wholeNumber().optional(),
  'duration-override': seconds().optional(),
  'debug-trace': yesNo().default(false),
  'base-ref': line().optional(),
  'head-ref': line().optional(),
  'changelog-file': line().optional(),
  trim: yesNo().default(false),
  canary: choice('only', 'without').optional(),
  order: choice('file', 'priority').default('priority'),
  'allow-empty': yesNo().default(false),
  'sweep-file': line().default('sweep.json'),
  shard: wholeNumber().optional(),
  repository: line().default('.'),
})
export type Inputs = z.infer<typeof Inputs>
