import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../sources.ts'
import { installedTool } from './tools.ts'

/** The local workflow runner; tests that need it skip where it cannot be installed. */
export const act = installedTool('act')

/** Third-party actions, which need a network, and what stands in for them. */
const standIns = {
  'actions/attest': 'e2e/stubs/attest',
  'actions/checkout': 'e2e/stubs/checkout',
  'actions/setup-node': 'e2e/stubs/setup-node',
  'actions/upload-artifact': 'e2e/stubs/upload-artifact',
  'actions/download-artifact': 'e2e/stubs/download-artifact',
} as const

export interface ActOptions {
  /** File name under `.github/workflows/`. */
  readonly workflow: string
  readonly inputs?: Readonly<Record<string, string>>
  /** Variables of the environment of every job, beside those that a runner has. */
  readonly env?: Readonly<Record<string, string>>
  /** The payload of the event. */
  readonly payload?: unknown
  readonly deadlineMs?: number
}

export interface ActRun {
  readonly code: number | null
  /** One member for each line of act's log. */
  readonly lines: readonly ActLine[]
  /** All messages, as a person would read them. */
  readonly text: string
}

export interface StartedAct {
  readonly child: ChildProcess
  readonly ended: Promise<ActRun>
  /** Resolves with the first line that says this. */
  saw(pattern: RegExp): Promise<void>
}

/** What act's JSON log says of an event; a part. */
export interface ActLine {
  readonly msg: string
  readonly job?: string
  readonly jobID?: string
  readonly step?: string
  readonly stepResult?: string
  readonly jobResult?: string
  readonly command?: string
  readonly content?: string
  readonly raw_output?: boolean
}

/** Starts the workflow in `<folder>/repository`, with everything else that it may touch in `folder` too. */
export function startAct(folder: string, event: string, options: ActOptions): StartedAct {
  const { payload, deadlineMs = 90_000 } = options
  if (payload !== undefined) writeFileSync(join(folder, 'event.json'), JSON.stringify(payload))
  const child = spawn(act!, commandLine(folder, event, options), {
    cwd: join(folder, 'repository'),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    // Whole: act hands its environment to the jobs, and this is all that a runner of ours would have.
    env: {
      PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(folder, 'home'),
      XDG_CACHE_HOME: join(folder, 'home/.cache'),
      XDG_CONFIG_HOME: join(folder, 'home/.config'),
      TMPDIR: join(folder, 'tmp'),
      LANG: 'C.UTF-8',
    },
  })
  return watched(child)
}

function commandLine(
  folder: string,
  event: string,
  { workflow, inputs = {}, env = {}, payload }: ActOptions,
): string[] {
  const repository = join(folder, 'repository')
  const stubEnv = [`STUB_REPOSITORY=${repository}`, `STUB_ARTIFACTS=${join(folder, 'artifacts')}`]
  return [
    event,
    ...['--actor', 'ada', '--workflows', join('.github/workflows', workflow)],
    ...(payload === undefined ? [] : ['--eventpath', join(folder, 'event.json')]),
    ...['--platform', 'ubuntu-latest=-self-hosted'],
    ...localRepositories(repository),
    ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
    ...['env', 'secret', 'var', 'input'].flatMap((kind) => [`--${kind}-file`, '/dev/null']),
    ...[...stubEnv, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)].flatMap((each) => [
      '--env',
      each,
    ]),
    ...['--no-cache-server', '--no-skip-checkout', '--rm', '--json', '--concurrent-jobs', '2'],
  ]
}

function watched(child: ChildProcess): StartedAct {
  const log = { text: '' }
  const waiting = new Set<() => void>()
  const take = (chunk: string) => {
    log.text += chunk
    for (const look of waiting) look()
  }
  child.stdout!.setEncoding('utf8').on('data', take)
  child.stderr!.setEncoding('utf8').on('data', take)
  return {
    child,
    ended: once(child, 'close').then(([code, signal]) => {
      if (signal === 'SIGKILL') throw new Error(`act did not end in time:\n${ended(null, log.text).text.slice(-4_000)}`)
      return ended(code as number | null, log.text)
    }),
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(log.text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        child.once('close', () => reject(new Error(`act ended without ${pattern}:\n${log.text.slice(-4_000)}`)))
        look()
      }),
  }
}

function ended(code: number | null, log: string): ActRun {
  const lines = log
    .split('\n')
    .filter(Boolean)
    .map((line): ActLine => {
      return line.startsWith('{') ? (JSON.parse(line) as ActLine) : { msg: line }
    })
  const text = lines.map(({ job, msg }) => (job === undefined ? msg : `[${job}] ${msg.trimEnd()}`)).join('\n')
  return { code, lines, text }
}

/** The pins of the workflow files, whichever they are, on our stand-ins. */
function localRepositories(repository: string): string[] {
  const files = globSync('.github/workflows/*.yml', { cwd: repository })
  const text = files.map((file) => readFileSync(join(repository, file), 'utf8')).join('\n')
  const pins = new Set(
    [...text.matchAll(/uses: (actions\/[\w-]+)@([0-9a-f]{40})/g)].map(([, name, sha]) => `${name}@${sha}`),
  )
  return [...pins].flatMap((pin) => {
    const standIn = standIns[pin.split('@')[0] as keyof typeof standIns]
    return ['--local-repository', `${pin}=${join(root, standIn)}`]
  })
}
