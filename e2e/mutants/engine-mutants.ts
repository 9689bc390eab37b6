import type { Mutant } from './mutant.ts'

const sglang = 'packages/engine-sim/src/core/sglang'
const vllm = 'packages/engine-sim/src/core/vllm'
const stepTime = 'packages/engine-sim/src/core/step-time'
const roofline = 'packages/engine-sim/src/core/roofline'
const rules = [`${sglang}/sglang-scheduler.test.ts`, 'packages/engine-sim/src/check/check-sglang.test.ts']
const tree = [`${sglang}/radix-tree.test.ts`]

/** Rules of engines that were found by holding the model against real logs. */
export const engineMutants: readonly Mutant[] = [
  {
    faults: ['step-budget'],
    without: 'keeping a step to its budget of tokens',
    file: `${vllm}/vllm-scheduler.ts`,
    edits: [['left: config.maxNumBatchedTokens,', 'left: config.maxNumBatchedTokens + 5,']],
    tests: ['packages/engine-sim/src/core/steps/step-budgets.test.ts'],
  },
  {
    faults: ['hit-ceiling'],
    without: 'keeping the output of requests apart',
    file: `${vllm}/block-keys.ts`,
    edits: [['mixKey(uniqueRoot, serial)', 'mixKey(uniqueRoot, 1)']],
    tests: ['packages/engine-sim/src/core/engines/make-engine.test.ts'],
  },
  {
    faults: ['arrival-dating'],
    without: 'waiting for a request that is being read',
    file: 'packages/engine-sim/src/drive/engine-driver.ts',
    edits: [['wakeMs !== undefined && firstMs !== undefined && wakeMs >= firstMs ? undefined', 'false ? undefined']],
    tests: ['packages/engine-sim/src/drive/engine-driver.test.ts'],
  },
  {
    faults: ['arrival-dating'],
    without: 'dating a request at its announcement',
    file: 'packages/engine-sim/src/drive/engine-driver.ts',
    edits: [['if (!arrival.isOpen) return arriving.map(', 'arrival.drop(); return arriving.map(']],
    tests: ['packages/engine-sim/src/drive/engine-driver.test.ts'],
  },
  {
    faults: ['step-outside-table'],
    without: 'refusing a step beyond the table of step times',
    file: `${stepTime}/table-step-time.ts`,
    edits: [["const refuses = outside === 'refuse'", 'const refuses = false']],
    tests: [`${stepTime}/table-step-time.test.ts`],
  },
  {
    faults: ['latent-cache-whole'],
    without: 'reading the whole latent cache on every GPU',
    file: `${roofline}/cache-memory.ts`,
    edits: [
      [
        'return (cached * (attention.kvRank + attention.ropeDim) * kvBytes + indexed) / pp',
        'return (cached * (attention.kvRank + attention.ropeDim) * kvBytes + indexed) / pp / tp',
      ],
    ],
    tests: [`${roofline}/roofline.test.ts`],
  },
  {
    faults: ['sglang-eviction-policy'],
    without: 'counting a request once for each node',
    file: `${sglang}/radix-tree.ts`,
    edits: [['if (at > putBefore) this.#count(node)', 'this.#count(node)']],
    tests: [`${sglang}/leaf-order.test.ts`],
  },
  {
    faults: ['kv-link-shared'],
    without: 'sharing the bandwidth of a link',
    file: 'packages/engine-sim/src/core/offload/shared-link.ts',
    edits: [['(least * under.length) / this', 'least / this']],
    tests: ['packages/engine-sim/src/core/offload/shared-link.test.ts'],
  },
  {
    faults: ['kv-load-blocks'],
    without: 'keeping the blocks of a load that is under way',
    file: `${vllm}/prefix-loads.ts`,
    edits: [['if (load.isDone) this.#letGo(load)', 'this.#letGo(load)']],
    tests: [`${vllm}/prefix-loads.test.ts`],
  },
  {
    faults: ['kv-tier-in-use'],
    without: 'holding what a load reads',
    file: 'packages/engine-sim/src/core/offload/tier-store.ts',
    edits: [['if (!isReady || readers > 0) continue', 'if (!isReady) continue']],
    tests: ['packages/engine-sim/src/core/offload/kv-tiers.test.ts'],
  },
  {
    faults: ['lineage'],
    without: 'letting what follows a block go before it',
    file: `${vllm}/lineage.ts`,
    edits: [['while (run.freeChildren > 0)', 'while (false)']],
    tests: [`${vllm}/lineage.test.ts`],
  },
  {
    faults: ['vllm-ahead-order'],
    without: 'giving out the blocks of many decode steps in the order of the steps',
    file: `${vllm}/growth-calendar.ts`,
    edits: [['this.#enter(at * 2 + 1, 1 - computed)', 'this.#enter(at * 2 + 1, 1)']],
    tests: ['packages/engine-sim/src/core/steps/decode-ahead.test.ts'],
  },
  {
    faults: ['sglang-reserve'],
    without: 'leaving something when a request is admitted',
    file: `${sglang}/prefill-admission.ts`,
    edits: [
      ['this.#pages.pageSize >= this.#free - this.#reserved', 'this.#pages.pageSize > this.#free - this.#reserved'],
    ],
    tests: rules,
  },
  {
    faults: ['sglang-full'],
    without: 'looking at nobody before somebody has left',
    file: `${sglang}/sglang-scheduler.ts`,
    edits: [["if (verdict === 'no-memory') this.#running.isFull", "if (verdict === 'admitted') this.#running.isFull"]],
    tests: rules,
  },
  {
    faults: ['sglang-output-first'],
    without: 'parting what is cached at the end of the prompt',
    file: `${sglang}/kv-pages.ts`,
    edits: [['if (promptPages > 0 && promptPages < pages)', 'if (promptPages < 0)']],
    tests: [`${sglang}/kv-pages.test.ts`],
  },
  {
    faults: ['sglang-duplicates'],
    without: 'freeing pages that the tree had already',
    file: `${sglang}/kv-pages.ts`,
    edits: [['Math.max(0, inserted.pages - sequence.treePages)', '0']],
    tests: rules,
  },
  {
    faults: ['sglang-retract-order'],
    without: 'retracting those with the least output first',
    file: `${sglang}/running-batch.ts`,
    edits: [['other.generated - one.generated ||', 'one.generated - other.generated ||']],
    tests: rules,
  },
  {
    faults: ['sglang-overlap'],
    without: 'leaving out who ends with the step that is under way',
    file: `${sglang}/decode-rounds.ts`,
    edits: [['each.generated + 1 >= each.maxTokens', 'each.generated >= each.maxTokens']],
    tests: rules,
  },
  {
    faults: ['sglang-decode-room'],
    without: 'reserving tokens of output for each request where it is decoded',
    file: `${sglang}/preallocation.ts`,
    edits: [['return this.#reserved * (running.length + receiving + waiting)', 'return 0']],
    tests: [`${sglang}/sglang-decode-scheduler.test.ts`],
  },
  {
    faults: ['sglang-bootstrap'],
    without: 'waiting for room before a prompt is computed',
    file: `${sglang}/bootstrap-queue.ts`,
    edits: [['.filter((each) => this.#hasRoom.has(each))', '']],
    tests: [`${sglang}/bootstrap-queue.test.ts`],
  },
  {
    faults: ['sglang-sent-held'],
    without: 'holding what is on its way to another engine',
    file: `${sglang}/sglang-scheduler.ts`,
    edits: [['if (!sequence.request.keepsBlocks) this.#pages.release(sequence)', 'this.#pages.release(sequence)']],
    tests: ['packages/engine-sim/src/core/engines/sent-prompts.test.ts'],
  },
  {
    faults: ['sglang-split'],
    without: 'counting the rest that a split cuts off as just used',
    file: `${sglang}/radix-tree.ts`,
    edits: [['    node.usedAt = this.#tick()\n    return upper', '    return upper']],
    tests: tree,
  },
  {
    faults: ['sglang-held'],
    without: 'keeping what is before a held node',
    file: `${sglang}/radix-tree.ts`,
    edits: [['      each.locks += 1\n', '      each.locks += each === node ? 1 : 0\n']],
    tests: tree,
  },
  {
    faults: ['vllm-priority'],
    without: 'taking back what a victim was given in the same step',
    file: `${vllm}/vllm-scheduler.ts`,
    edits: [['budget.left += plan.takeBack(victim)\n', '']],
    tests: [`${vllm}/priority.test.ts`],
  },
  {
    faults: ['vllm-long-prefill'],
    without: 'giving a request that is the only one its whole prompt',
    file: `${vllm}/pieces.ts`,
    edits: [[' || requests <= 1) return', ') return']],
    tests: [`${vllm}/vllm-scheduler.test.ts`],
  },
  {
    faults: ['vllm-key-at-end'],
    without: 'keying the last block of whoever ends',
    file: `${vllm}/vllm-scheduler.ts`,
    edits: [
      [
        'if ((this.#config.asyncScheduling || this.#drafting) && !isStale)',
        'if (sequence.generated < sequence.outputLimit && !isStale)',
      ],
    ],
    tests: [`${vllm}/async.test.ts`],
  },
]
