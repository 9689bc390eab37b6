import { z } from 'zod'
import { choice, choices, line, seconds, settings, sha256, wholeNumber, words, yesNo } from '../input-kinds.ts'

const wholeFilters = ['min-conc', 'max-conc', 'max-tp', 'max-ep', 'step-size'] as const

/** Named as the flags of `reprise matrix`, which they become. */
export const Inputs = z.strictObject({
  command: choice('test-config', 'full-sweep', 'changed', 'changelog').default('test-config'),
  'config-keys': words().optional(),
  'config-files': words().optional(),
  'runner-config': line().optional(),
  'scenario-type': choices('fixed-seq-len', 'agentic-coding').optional(),
  filters: settings('model-prefix', 'precision', 'framework', 'runner-type', ...wholeFilters).optional(),
  'seq-lens': choices('1k1k', '8k1k').optional(),
  conc: words().pipe(z.array(wholeNumber())).optional(),
  'duration-override': seconds().optional(),
  'agentx-fast': yesNo().default(false),
  'debug-trace': yesNo().default(false),
  'base-ref': line().optional(),
  'head-ref': line().optional(),
  'merge-base': yesNo().default(false),
  'changelog-file': line().optional(),
  trim: yesNo().default(false),
  canary: choice('only', 'without').optional(),
  order: choice('file', 'priority').default('priority'),
  'allow-empty': yesNo().default(false),
  'require-launches': yesNo().default(false),
  'budget-gpu-hours': wholeNumber().optional(),
  'confirm-gpu-hours': wholeNumber().optional(),
  reuse: words().optional(),
  'sweep-file': line().default('sweep.json'),
  digest: sha256().optional(),
  shard: wholeNumber().optional(),
  repository: line().default('.'),
})
export type Inputs = z.infer<typeof Inputs>
