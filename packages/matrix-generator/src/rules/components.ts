import { quoted } from '@reprise/config-file'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { asMapping, isSet } from './unchecked.ts'

/**
 * August: router and kv-p2p-transfer stand at the top of an entry or in its search space, not both; a disaggregated entry has a
 * transfer everywhere, a single-node one nowhere; a version is not an image.
 */
export function checkComponents(subject: RuleSubject, arms: readonly ArmSubject[]): void {
  if (subject.epoch !== 'aug2026') return
  for (const name of ['router', 'kv-p2p-transfer']) checkScope(subject, arms, name)
  checkTransfer(subject, arms)
  checkVersion(subject, subject.entry.router, ['router'])
  for (const { arm, path } of arms) {
    checkVersion(subject, arm.router, [...path, 'router'])
    checkVersion(subject, arm['kv-offload-backend'], [...path, 'kv-offload-backend'])
  }
}

function checkScope(subject: RuleSubject, arms: readonly ArmSubject[], name: string): void {
  const inArm = arms.find(({ arm }) => isSet(arm[name]))
  if (!isSet(subject.entry[name]) || inArm === undefined) return
  const message = `${name} stands both at the top of the entry and in its search space`
  subject.report({
    path: [...inArm.path, name],
    atKey: true,
    code: 'component-scope',
    message,
    cure: 'keep one of the two places',
  })
}

function checkTransfer(subject: RuleSubject, arms: readonly ArmSubject[]): void {
  const { entry } = subject
  const inArm = arms.find(({ arm }) => isSet(arm['kv-p2p-transfer']))
  if (entry.multinode === false && inArm !== undefined) {
    const message = 'kv-p2p-transfer in a single-node entry'
    const path = [...inArm.path, 'kv-p2p-transfer']
    subject.report({ path, atKey: true, code: 'transfer', message, cure: 'remove it, or write multinode: true' })
  }
  if (entry.multinode !== true || entry.disagg !== true || isSet(entry['kv-p2p-transfer'])) return
  const without = arms.find(({ arm }) => !isSet(arm['kv-p2p-transfer']))
  if (arms.length > 0 && without === undefined) return
  const message = 'disagg: true without kv-p2p-transfer'
  const cure = 'write kv-p2p-transfer: nixl (or mooncake, mori, ucx) at the top of the entry'
  subject.report({ path: ['disagg'], atKey: true, code: 'transfer', message, cure })
}

function checkVersion(subject: RuleSubject, component: unknown, path: readonly PropertyKey[]): void {
  const { version } = asMapping(component)
  if (typeof version !== 'string' || !version.startsWith('image:')) return
  const message = `${quoted(version)} names an image, not a version`
  subject.report({
    path: [...path, 'version'],
    code: 'component-version',
    message,
    cure: 'write the release or commit of the component',
  })
}
