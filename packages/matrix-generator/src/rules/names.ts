import { quoted } from '@reprise/config-file'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { asList, asMapping } from './unchecked.ts'

/** Names that travel into file names, job names and shells hold only what is safe there. */
export function checkNames(subject: RuleSubject, arms: readonly ArmSubject[]): void {
  checkKey(subject)
  checkAgenticRunner(subject)
  if (subject.compat) return
  checkModelPrefix(subject)
  for (const name of ['image', 'model', 'model-prefix', 'precision', 'framework', 'runner']) checkText(subject, name)
  for (const { arm, path } of arms) {
    for (const role of ['prefill', 'decode']) checkSettings(subject, asMapping(arm[role]), [...path, role])
  }
}

function checkKey(subject: RuleSubject): void {
  const { key } = subject
  const isWildcard = key.includes('*')
  if (!isWildcard && (subject.compat || /^[\w.:+-]{1,120}$/.test(key))) return
  const message = isWildcard ? `the config key ${quoted(key)} holds a *` : `${quoted(key)} is not a config key`
  const cure = 'write <model-prefix>-<precision>-<gpu>-<framework>, of letters, digits and - . _ : +'
  subject.report({ path: [], atKey: true, code: 'config-key', message, cure })
}

function checkAgenticRunner(subject: RuleSubject): void {
  const { runner, scenarios } = subject.entry
  const isAgentic = asList(asMapping(scenarios)['agentic-coding']).length > 0
  if (subject.epoch !== 'aug2026' || !isAgentic || typeof runner !== 'string' || runner.startsWith('cluster:')) return
  const message = `the agentic runner ${quoted(runner)} is not one exact fleet`
  const known = [...subject.runners.labels.keys()].filter((label) => label.startsWith(`cluster:${runner}`))
  const cure = `write a cluster: label${known.length > 0 ? ` such as ${known.slice(0, 3).join(', ')}` : ''}`
  subject.report({ path: ['runner'], code: 'agentic-runner', message, cure })
}

function checkModelPrefix(subject: RuleSubject): void {
  const prefix = subject.entry['model-prefix']
  if (typeof prefix !== 'string' || !prefix.includes('_')) return
  const message = `the model prefix ${quoted(prefix)} holds an underscore, where experiment names are cut`
  subject.report({
    path: ['model-prefix'],
    code: 'model-prefix',
    message,
    cure: `write ${quoted(prefix.replaceAll('_', '-'))}`,
  })
}

function checkText(subject: RuleSubject, name: string): void {
  const value = subject.entry[name]
  if (typeof value !== 'string') return
  if (value.trim() === '') {
    subject.report({ path: [name], code: 'empty', message: `${name} is empty`, cure: `write the ${name}` })
  } else if (/[\s\p{Cc}\p{Cf}\p{Cs}"'`$\\;|&<>(){}]/u.test(value)) {
    const message = `${name} ${quoted(value)} holds a blank or a character that a shell would act on`
    subject.report({ path: [name], code: 'unsafe-text', message, cure: 'write it without' })
  }
}

function checkSettings(subject: RuleSubject, worker: ReturnType<typeof asMapping>, path: readonly PropertyKey[]): void {
  for (const [i, setting] of asList(worker['additional-settings']).entries()) {
    if (typeof setting !== 'string' || /^[A-Za-z_]\w*=[^\p{Cc}`$;|&<>"'\\]*$/u.test(setting)) continue
    const message = `the setting ${quoted(setting)} is not KEY=VALUE, or its value would be acted on by a shell`
    const at = [...path, 'additional-settings', i]
    subject.report({ path: at, code: 'additional-setting', message, cure: 'write KEY=VALUE with a plain value' })
  }
}
