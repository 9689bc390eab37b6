import type { PlannedJob, Worker } from '@reprise/matrix-generator'

/** A job by what it is measured at: `8192/1024, tp 4 ep 4, conc 16`. */
export function pointName({ topology, scenario, concurrencies, specDecoding }: PlannedJob): string {
  const lengths = scenario.kind === 'fixed-seq-len' ? `${scenario.inputTokens}/${scenario.outputTokens}` : scenario.kind
  const tier =
    scenario.kind === 'agentic-coding' && scenario.offloading.tier !== 'none' ? scenario.offloading : undefined
  const gpus =
    topology.kind === 'single'
      ? sizesText(topology)
      : [workersText(topology.prefill, 'prefill'), workersText(topology.decode, 'decode')].filter(Boolean).join(', ')
  return [
    ...[lengths, gpus],
    ...(specDecoding === 'none' ? [] : [specDecoding]),
    ...(tier ? [`${tier.backend?.name ?? 'a tier'} in ${tier.tier}`] : []),
    `conc ${concurrencies.join(' ')}`,
  ].join(', ')
}

function workersText(worker: Worker, role: string): string {
  return worker.workers === 0 ? '' : `${worker.workers} ${role} of ${sizesText(worker)}`
}

function sizesText({ tp, ep, dpAttn }: Pick<Worker, 'tp' | 'ep' | 'dpAttn'>): string {
  return `tp ${tp}${ep > 1 ? ` ep ${ep}` : ''}${dpAttn ? ' dp-attn' : ''}`
}
