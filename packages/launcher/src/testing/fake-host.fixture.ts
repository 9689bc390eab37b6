import { appendFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { localAddresses } from '../host/free-port.ts'
import type { Host, Place, RunningServer, ServerEnd, ServerHandle } from '../host/host.ts'
import type { LaunchOwner } from '../host/launch-owner.ts'
import { type FilledCommand, fillCommand } from '../plan/fill-command.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { Role } from '../plan/planned-process.ts'

/** What a fake host gets wrong, or takes long for. */
export interface FakeFaults {
  /** So long a process takes to come to life. A host that is only late still keeps every promise. */
  readonly lateMs?: number
  /** It starts what is not wanted any more. */
  readonly ignoresAbort?: boolean
  /** Its processes of a role die with this exit code when one of another role is started, and a server at once. */
  readonly dies?: { readonly exitCode: number; readonly role: Role }
  /** It starts a process, and never says so. */
  readonly losesAnswer?: boolean
  /** It takes for a launch's own whatever has a label that begins like it. */
  readonly takesPrefixes?: boolean
  /** It says that all is removed, and removes nothing. */
  readonly keepsAll?: boolean
  /** It forgets how a process ended. */
  readonly forgetsEnds?: boolean
}

interface Fake {
  readonly handle: ServerHandle
  readonly owner: LaunchOwner
  readonly ignoresTerm: boolean
  server?: Server
  end?: ServerEnd
  resolve: (end: ServerEnd) => void
  readonly ended: Promise<ServerEnd>
}

/**
 * A host whose processes are servers of this very process, with the words of the fake server: `serve=PORT`, `lines=N`, `exit=CODE`,
 * `ignore-term`. Hosts of one world see the same processes.
 */
export class FakeWorld {
  readonly #fakes: Fake[] = []

  host(faults: FakeFaults = {}): Host {
    const owned = (label: string) =>
      this.#fakes.filter(
        ({ handle, end }) =>
          end === undefined && (faults.takesPrefixes ? handle.label.startsWith(label) : handle.label === label),
      )
    const find = (handle: ServerHandle) => this.#fakes.find((fake) => fake.handle.id === handle.id)
    return {
      kind: 'process',
      prepare: async (_plan, { owner, signal }) => {
        signal?.throwIfAborted()
        return { addressOf: localAddresses(), start: this.#starting(owner, faults) }
      },
      attach: async (handle) => {
        const fake = find(handle)
        return fake && fake.end === undefined ? running(fake) : undefined
      },
      endOf: async (handle) => {
        const end = find(handle)?.end
        return end && faults.forgetsEnds ? {} : end
      },
      answersFor: async ({ label, address: { port } }) => {
        const fake = this.#fakes.find(({ handle, end }) => end === undefined && handle.address.port === port)
        return fake?.handle.label === label
      },
      cleanUp: async (label, { graceS }) => {
        const found = owned(label)
        if (faults.keepsAll) return { removed: found.length }
        for (const fake of found) {
          if (fake.ignoresTerm) await sleep(graceS * 1_000)
          await finish(fake, { signal: fake.ignoresTerm ? 'SIGKILL' : 'SIGTERM' })
        }
        return { removed: found.length }
      },
      countOwned: async (label) => owned(label).length,
      owned: async () => this.#fakes.filter(({ end }) => end === undefined).map(({ owner }) => owner),
    }
  }

  #doomed(role: Role, started: Role): Fake[] {
    const ofRole = this.#fakes.filter(({ handle }) => handle.name.startsWith(role))
    return started === role && role !== 'server' ? [] : ofRole
  }

  #starting(owner: LaunchOwner, { lateMs, ignoresAbort, dies, losesAnswer }: FakeFaults): Place['start'] {
    return async (copy, { logFile, address, peers, signal }) => {
      const wanted = () => {
        if (!ignoresAbort) signal?.throwIfAborted()
      }
      wanted()
      if (lateMs !== undefined) await sleep(lateMs)
      const command = fillCommand(copy.planned, { address, ...(peers && { peers }) })
      const id = crypto.randomUUID()
      const handle = { label: owner.label, host: 'process', name: copy.name, address, logFile, id } as const
      const { promise: ended, resolve } = Promise.withResolvers<ServerEnd>()
      const fake: Fake = { handle, owner, ignoresTerm: command.argv.includes('ignore-term'), ended, resolve }
      await act(fake, command)
      this.#fakes.push(fake)
      if (signal?.aborted && !ignoresAbort) await finish(fake, { signal: 'SIGKILL' })
      wanted()
      if (dies)
        for (const doomed of this.#doomed(dies.role, copy.planned.role))
          await finish(doomed, { exitCode: dies.exitCode })
      return losesAnswer ? new Promise<never>(() => {}) : running(fake)
    }
  }
}

function running(fake: Fake): RunningServer {
  return { handle: fake.handle, ended: fake.ended, isRunning: () => fake.end === undefined }
}

async function finish(fake: Fake, end: ServerEnd): Promise<void> {
  if (fake.end !== undefined) return
  fake.end = end
  fake.server?.closeAllConnections()
  await new Promise<void>((done) => (fake.server ? fake.server.close(() => done()) : done()))
  fake.resolve(end)
}

async function act(fake: Fake, { argv, env }: FilledCommand): Promise<void> {
  const { logFile, address } = fake.handle
  const refused = (why: string) => new LaunchError(why, { failureClass: 'infrastructure', phase: 'start' })
  if (!argv[0]!.includes('node')) throw refused(`${argv[0]} cannot be started`)
  try {
    appendFileSync(logFile, '')
  } catch {
    throw refused('the log cannot be written')
  }
  const lines = Number(argv.find((word) => word.startsWith('lines='))?.slice('lines='.length) ?? 0)
  for (let i = 1; i <= lines; i++) appendFileSync(logFile, `line ${i}\n`)
  const code = argv.find((word) => word.startsWith('exit='))?.slice('exit='.length)
  if (code !== undefined) return finish(fake, { exitCode: Number(code) })
  if (!argv.some((word) => word.startsWith('serve='))) return
  fake.server = createServer((_request, response) => response.end(JSON.stringify({ argv, env })))
  await new Promise<void>((done) => fake.server!.listen(address.port, address.host, done))
}
