import type { Mapping } from '@reprise/config-file'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { asInteger, asMapping, isSet } from './unchecked.ts'

/** The shape of a line fits its entry: a tp for one node, prefill and decode for several; dcp-size divides tp. */
export function checkTopology(subject: RuleSubject, armSubject: ArmSubject): void {
  const { arm, path } = armSubject
  if (armSubject.scenario === 'agentic-coding') checkAgenticShape(subject, armSubject)
  checkDecodeContext(subject, arm, path)
  for (const role of ['prefill', 'decode'] as const) {
    checkDecodeContext(subject, asMapping(arm[role]), [...path, role])
    checkRole(subject, asMapping(arm[role]), [...path, role])
  }
  checkHardwarePair(subject, armSubject)
}

function checkAgenticShape(subject: RuleSubject, { arm, path }: ArmSubject): void {
  const roles = ['prefill', 'decode'].filter((role) => isSet(arm[role]))
  const isSingle = isSet(arm.tp)
  if (isSingle && roles.length > 0) {
    const message = `both tp and ${roles.join(' and ')} are given`
    const cure = 'write tp for one node, or prefill and decode for several'
    subject.report({ path: [...path, roles[0]!], atKey: true, code: 'topology-both', message, cure })
  } else if (!isSingle && roles.length < 2) {
    const message = roles.length === 0 ? 'neither tp nor prefill and decode are given' : `${roles[0]} is given alone`
    const cure = subject.entry.multinode === true ? 'write prefill and decode' : 'write tp'
    subject.report({ path, atKey: true, code: 'topology-missing', message, cure })
  } else checkNodes(subject, path, isSingle)
  if (!isSingle && subject.epoch === 'aug2026') checkNoSingleFields(subject, arm, path)
}

/** InferenceX accepts a shape of the other kind and fails while it expands; see `upstream-crash`. */
function checkNodes(subject: RuleSubject, path: readonly PropertyKey[], isSingle: boolean): void {
  const { multinode } = subject.entry
  if (subject.compat || typeof multinode !== 'boolean' || multinode !== isSingle) return
  const message = isSingle ? 'a single-node shape in a multi-node entry' : 'a multi-node shape in a single-node entry'
  const cure = isSingle ? 'write prefill and decode, or multinode: false' : 'write tp, or multinode: true'
  subject.report({ path: [...path, isSingle ? 'tp' : 'prefill'], atKey: true, code: 'topology-nodes', message, cure })
}

function checkNoSingleFields(subject: RuleSubject, arm: Mapping, path: readonly PropertyKey[]): void {
  for (const name of ['pp', 'dcp-size', 'pcp-size']) {
    if (!isSet(arm[name])) continue
    const message = `${name} beside prefill and decode`
    subject.report({
      path: [...path, name],
      atKey: true,
      code: 'topology-field',
      message,
      cure: 'write it inside the roles',
    })
  }
}

/** Only a role without workers may be of no size. */
function checkRole(subject: RuleSubject, role: Mapping, path: readonly PropertyKey[]): void {
  if (subject.compat || role['num-worker'] === 0) return
  for (const name of ['tp', 'ep']) {
    if (role[name] !== 0) continue
    subject.report({ path: [...path, name], code: 'out-of-bounds', message: `${name} is 0`, cure: 'write at least 1' })
  }
}

function checkDecodeContext(subject: RuleSubject, shape: Mapping, path: readonly PropertyKey[]): void {
  const tp = asInteger(shape.tp)
  const dcp = asInteger(shape['dcp-size'])
  if (tp === undefined || dcp === undefined || dcp <= 0 || tp % dcp === 0) return
  const message = `dcp-size ${dcp} does not divide tp ${tp}`
  subject.report({ path: [...path, 'dcp-size'], code: 'dcp-size', message, cure: 'write a divisor of tp' })
}

function checkHardwarePair(subject: RuleSubject, { arm, path }: ArmSubject): void {
  const roles = ['prefill', 'decode'].filter((role) => isSet(asMapping(arm[role]).hardware))
  if (roles.length !== 1) return
  const message = `only ${roles[0]} says which hardware it runs on`
  const cure = 'write hardware in both roles, or in neither'
  subject.report({ path: [...path, roles[0]!, 'hardware'], atKey: true, code: 'hardware-pair', message, cure })
}
