import { namesOf, parseTemplate } from '../expression/template.ts'
import { checkSpellings } from './check-spellings.ts'
import type { Finding } from './finding.ts'
import type { CommandSource, RecipeSource } from './recipe-source.ts'

/** What is wrong with a recipe as a whole, its bases included: something missing, or said and never used. */
export function checkWhole(recipe: RecipeSource): Finding[] {
  return [
    ...missingKeys(recipe),
    ...checkPort(recipe),
    ...checkMorePorts(recipe),
    ...checkModel(recipe),
    ...checkSpellings(recipe),
    ...checkSpeculation(recipe),
  ]
}

const phases = ['start', 'load', 'ready', 'warm'] as const

function missingKeys({ title, engine, server, router, speculation, evaluation }: RecipeSource): Finding[] {
  const wanted: readonly (readonly [path: readonly string[], value: unknown])[] = [
    [['title'], title],
    [['engine'], engine],
    [['server', 'command'], server?.command],
    [['server', 'health-path'], server?.['health-path']],
    ...phases.map((phase) => [['server', 'deadlines-s', phase], server?.['deadlines-s']?.[phase]] as const),
    ...(router
      ? (['name', 'command', 'health-path'] as const).map((key) => [['router', key], router[key]] as const)
      : []),
    ...(speculation
      ? [
          [['speculation', 'curve'], speculation.curve] as const,
          [['speculation', 'draft-tokens'], speculation['draft-tokens']] as const,
        ]
      : []),
    ...(evaluation
      ? [
          [['evaluation', 'command'], evaluation.command] as const,
          [['evaluation', 'deadline-s'], evaluation['deadline-s']] as const,
        ]
      : []),
  ]
  return wanted
    .filter(([, value]) => value === undefined)
    .map(([path]): Finding => {
      const name = path.join('.')
      const cure = path[0] === 'title' ? 'write title: ...' : `write ${path.at(-1)}: ..., or extend a base that has it`
      return { code: 'missing-key', path: path.slice(0, -1), atKey: true, message: `${name} is missing`, cure }
    })
}

function checkPort({ server, unknown }: RecipeSource): Finding[] {
  if (server === undefined || isUnwritten(unknown) || textsOf(server).some((text) => namesIn(text).includes('port'))) {
    return []
  }
  const cure = `write a flag such as --port: \${port}`
  return [{ code: 'port', path: ['server'], atKey: true, message: 'nothing tells the server its port', cure }]
}

/** A port that nobody declares is none that a host would find. */
function checkMorePorts({ server, prefill, decode, router }: RecipeSource): Finding[] {
  const parts = Object.entries({ server, prefill, decode, router }).flatMap(([key, part]) =>
    part ? [[key, part] as const] : [],
  )
  const declared = parts.flatMap(([, part]) => part['more-ports'] ?? [])
  return parts.flatMap(([key, part]) => {
    const workers = 'workers' in part ? (part.workers ?? []) : []
    const texts = [...textsOf(part), ...workers.flatMap(({ first = [], each }) => [...first, ...each])]
    const asked = texts.flatMap(namesIn).filter((name) => name.startsWith('port.'))
    const stranger = asked.find((name) => !declared.includes(name.slice('port.'.length)))
    if (stranger === undefined) return []
    const cure = `write more-ports: [${stranger.slice('port.'.length)}] where the process is that listens there`
    return [{ code: 'port', path: [key], atKey: true, message: `no process has the port \${${stranger}}`, cure }]
  })
}

/** Without one, vLLM serves a model of its own choice, and SGLang does not start. Other servers may know theirs. */
function checkModel({ engine, server, unknown }: RecipeSource): Finding[] {
  if (server?.command === undefined || isUnwritten(unknown) || (engine !== 'vllm' && engine !== 'sglang')) return []
  const asked = textsOf(server).flatMap(namesIn)
  if (asked.includes('model') || asked.includes('job.model')) return []
  const cure =
    engine === 'vllm' ? `write command: [vllm, serve, "\${model}"]` : `write a flag such as --model-path: \${model}`
  return [{ code: 'model', path: ['server'], atKey: true, message: 'nothing tells the server its model', cure }]
}

function checkSpeculation({ server, prefill, decode, speculation }: RecipeSource): Finding[] {
  const asked = [server, prefill, decode].flatMap((part) => (part ? textsOf(part).flatMap(namesIn) : []))
  return (['draft-tokens', 'acceptance-length'] as const).flatMap((name): Finding[] => {
    if (speculation === undefined || asked.includes(name)) return []
    const message = `no flag and no variable is given \${${name}}`
    const cure = 'pass it to the server, or remove speculation'
    return [{ severity: 'warning', code: 'unused', path: ['speculation'], atKey: true, message, cure }]
  })
}

function namesIn(text: string): string[] {
  return parseTemplate(text).parts.flatMap((part) => (part.kind === 'expression' ? namesOf(part.expression) : []))
}

/** Of a command that nobody can write yet, little can be asked. */
function isUnwritten(unknown: RecipeSource['unknown']): boolean {
  return unknown?.some((each) => typeof each === 'string') ?? false
}

function textsOf({ command = [], when = [], ...own }: CommandSource): string[] {
  const values = [own, ...when].flatMap(({ flags = {}, env = {} }) => [...Object.values(flags), ...Object.values(env)])
  return [...command, ...values].filter((value) => typeof value === 'string')
}
