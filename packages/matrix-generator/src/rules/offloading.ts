import { quoted } from '@reprise/config-file'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { isSet } from './unchecked.ts'

/** August: a backend goes with `kv-offloading: dram` and with nothing else, and dram needs a `dram-utilization`. */
export function checkOffloading(subject: RuleSubject, { arm, path, within, scenario }: ArmSubject): void {
  if (subject.epoch !== 'aug2026' || scenario !== 'agentic-coding') return
  const tier = arm['kv-offloading']
  const hasBackend = isSet(arm['kv-offload-backend'])
  if (!isSet(tier) && isSet(arm.tp)) {
    const cure = 'write kv-offloading: none or kv-offloading: dram'
    subject.report({
      path,
      atKey: true,
      code: 'offloading-missing',
      message: 'a single-node line without kv-offloading',
      cure,
    })
  }
  if (hasBackend && tier !== 'dram') {
    const message = `kv-offload-backend with kv-offloading ${isSet(tier) ? quoted(tier) : 'absent'}`
    const cure = 'remove the backend, or write kv-offloading: dram'
    subject.report({ path: [...path, 'kv-offload-backend'], atKey: true, code: 'offloading-backend', message, cure })
  }
  if (tier !== 'dram') return
  if (!hasBackend) {
    const cure = 'write kv-offload-backend: { name: hicache }'
    const message = 'kv-offloading: dram without kv-offload-backend'
    subject.report({ path: [...path, 'kv-offloading'], code: 'offloading-backend', message, cure })
  }
  if (!isSet(within['dram-utilization'])) {
    const cure = 'write dram-utilization beside search-space, between 0 and 1'
    const message = 'kv-offloading: dram without dram-utilization'
    subject.report({ path: [...path, 'kv-offloading'], code: 'dram-utilization', message, cure })
  }
}
