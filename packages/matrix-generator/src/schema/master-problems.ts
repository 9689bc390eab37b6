import { type IssueContext, type Problem, problemsOfIssues } from '@reprise/config-file'

/** What a schema found wrong in a master file, a runners.yaml or a changelog: `problemsOfIssues` with the keys that these have. */
export function masterProblems(
  issues: Parameters<typeof problemsOfIssues>[0],
  context: Omit<IssueContext, 'knownKeys' | 'cures'>,
): Problem[] {
  return problemsOfIssues(issues, { ...context, knownKeys: masterKeys, cures: otherEpoch })
}

/** What a field of one public form is called in the other. */
const otherEpoch: Readonly<Record<string, string>> = {
  offloading: 'this file is in the August 2026 form: write kv-offloading (or say --epoch apr2026)',
  duration: 'the August 2026 form measures for 3600 s always: remove it (or say --epoch apr2026)',
  'kv-offloading': 'this file is in the April 2026 form: write offloading (or say --epoch aug2026)',
  'kv-offload-backend': 'the April 2026 form has no backends (or say --epoch aug2026)',
  'dram-utilization': 'the April 2026 form has no DRAM budget (or say --epoch aug2026)',
  'seq-len-configs': 'write scenarios: { fixed-seq-len: [...] }',
}

const masterKeys: readonly string[] = [
  ...[
    'image',
    'model',
    'model-prefix',
    'precision',
    'framework',
    'runner',
    'multinode',
    'disagg',
    'router',
    'scenarios',
  ],
  ...[
    'kv-p2p-transfer',
    'fixed-seq-len',
    'agentic-coding',
    'isl',
    'osl',
    'search-space',
    'dram-utilization',
    'duration',
  ],
  ...['tp', 'pp', 'dcp-size', 'pcp-size', 'ep', 'dp-attn', 'spec-decoding', 'prefill', 'decode', 'offloading'],
  ...['kv-offloading', 'kv-offload-backend', 'conc-list', 'conc-start', 'conc-end', 'num-worker', 'hardware'],
  ...['additional-settings', 'name', 'version', 'labels', 'available-cpu-dram-mib', 'gpus-per-node'],
  ...[
    'config-keys',
    'description',
    'pr-link',
    'evals-only',
    'all-evals',
    'append-only',
    'scenario-type',
    'eval-min-prefill-ep',
  ],
]
