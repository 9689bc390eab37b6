import { quoted } from '@reprise/config-file'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { isSet } from './unchecked.ts'

/** April's rows of single-node agentic jobs have no field for speculation, so it would be asked for and not be run. */
export function checkLostFields(subject: RuleSubject, { arm, path, scenario }: ArmSubject): void {
  if (subject.compat || subject.epoch !== 'apr2026' || scenario !== 'agentic-coding' || !isSet(arm.tp)) return
  const speculation = arm['spec-decoding']
  if (!isSet(speculation) || speculation === 'none') return
  const message = `spec-decoding ${quoted(speculation)} is lost: April's rows of single-node agentic jobs have no such field`
  const cure = 'use the August 2026 form'
  subject.report({ path: [...path, 'spec-decoding'], severity: 'warning', code: 'lost-field', message, cure })
}
