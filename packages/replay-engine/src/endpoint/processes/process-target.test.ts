import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { WallClock } from '../../clock/wall-clock.ts'
import { targetContract } from '../../port/target.contract.ts'
import { type StandInOptions, startStandInServer } from '../../stand-ins/stand-in-server.ts'
import { closeAll, closing, corpus, defaults } from '../http-target.fixture.ts'
import { ListeningObserver, plannedRequest } from '../planned-request.fixture.ts'
import { PromptCutter } from '../prompt-cutter.ts'
import { ProcessTarget, type SenderProcess } from './process-target.ts'

afterEach(closeAll)

const children: ReturnType<typeof fork>[] = []

function startSender(): SenderProcess {
  const entry = fileURLToPath(new URL('./sender.fixture.ts', import.meta.url))
  const child = fork(entry, { serialization: 'advanced', execArgv: [] })
  children.push(child)
  return {
    send: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (hear) => child.on('message', hear),
    onDeath: (hear) => child.once('exit', (code, signal) => hear(signal ?? `exit code ${code}`)),
    kill: () => void child.kill('SIGKILL'),
  }
}

async function targetOf(server: StandInOptions, processes: number) {
  const standIn = await startStandInServer(server)
  const clock = new WallClock()
  const { corpus: planned, ...options } = { ...defaults(), url: standIn.url, nameRequests: true }
  const cuts = new PromptCutter({ ...options, corpus: planned })
  const target = await ProcessTarget.open({ clock, options, cuts, processes, start: startSender })
  closing.push(async () => {
    await target.close()
    await standIn.close()
  })
  return { target, clock, server: standIn, cuts }
}

targetContract('several processes', async () => {
  const { target, clock } = await targetOf({ tokenMs: 1 }, 2)
  return { clock, target, drive: (main) => main() }
})

test('bodies are the same bytes, and a lane has one process', async () => {
  const bodies = await Promise.all(
    [1, 3].map(async (processes) => {
      const { target, server } = await targetOf({}, processes)
      const sent = [0, 1, 2, 3, 4, 5].flatMap((lane) => [0, 1].map((turn) => ({ lane, turn })))
      await Promise.all(
        sent.map(({ lane, turn }) =>
          target.send(
            { ...plannedRequest(corpus, { turn }), id: `${lane}.0.0.${turn}`, lane },
            new ListeningObserver(),
            new AbortController().signal,
          ),
        ),
      )
      return new Map(server.requests.map(({ headers, body }) => [headers['x-request-id'], JSON.stringify(body)]))
    }),
  )
  expect(bodies[0]?.size).toBe(12)
  expect(bodies[1]).toEqual(bodies[0])
})

test('what a process says of how it fared comes with its end', async () => {
  const { target } = await targetOf({}, 2)
  expect(await target.close()).toEqual([{ fared: 'well' }, { fared: 'well' }])
})

test('a process that dies ends the run, with its death in the message', async () => {
  const { target } = await targetOf({ tokenMs: 1_000 }, 1)
  const sending = target.send(
    plannedRequest(corpus, { turn: 0 }),
    new ListeningObserver(),
    new AbortController().signal,
  )
  children.at(-1)?.kill('SIGKILL')
  await expect(sending).rejects.toThrow(/a process that sends requests ended in the middle of the run: SIGKILL/)
  const later = target.send(plannedRequest(corpus, { turn: 0 }), new ListeningObserver(), new AbortController().signal)
  await expect(later).rejects.toThrow(/ended in the middle/)
})
