import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processHost } from '../host/process-host.ts'
import type { ServerRecord } from '../record/launch-record.ts'
import { hostFor } from './host-for.ts'
import { LaunchFolder } from './launch-folder.ts'
import { LaunchFolderError } from './launch-folder-error.ts'
import { launchJob } from './launch-job.ts'
import { endAfterwards, launchPlace, tinyJob } from './launch-place.fixture.ts'
import { stopLaunch } from './stop-launch.ts'

const host = processHost()
const deadline = { timeout: 60_000 }

test(
  'of two launches into one folder at once, one is refused, and the other can still be stopped',
  deadline,
  async () => {
    const { state, options } = launchPlace()
    const attempts = ['one', 'two'].map((attempt) => `${attempt}-${crypto.randomUUID().slice(0, 8)}`)
    for (const attempt of attempts) endAfterwards(`reprise-${tinyJob.id}-${attempt}`)
    const ends = await Promise.allSettled(attempts.map((attempt) => launchJob(options(attempt))))
    const refused = ends.filter((end) => end.status === 'rejected')
    expect(refused.map(({ reason }) => reason)).toEqual([expect.any(LaunchFolderError)])
    expect((await stopLaunch(state, hostFor)).removed).toBeGreaterThan(0)
    for (const attempt of attempts) expect(await host.countOwned(`reprise-${tinyJob.id}-${attempt}`)).toBe(0)
  },
)

test('a folder is launched into again, and its next server is the one that is stopped', deadline, async () => {
  const { state, options } = launchPlace()
  const labels: string[] = []
  for (const _each of [1, 2]) {
    const { record } = await launchJob(options())
    endAfterwards(record.label)
    labels.push(record.label)
    expect(await stopLaunch(state, hostFor)).toMatchObject({ label: record.label, diedEarly: false })
  }
  expect(new Set(labels).size).toBe(2)
})

test('a folder that another launch has taken since it was looked at stays with that', async () => {
  const { state } = launchPlace()
  const folder = new LaunchFolder(state)
  const owner = (label: string) =>
    ({ schema: 'launch-server/2', label, host: 'process', stopGraceS: 1, processes: [] }) satisfies ServerRecord
  await folder.make()
  await folder.claim(owner('reprise-new'))
  await expect(folder.release(owner('reprise-old'))).rejects.toThrow(/taken by another launch/)
  await expect(folder.claim(owner('reprise-third'))).rejects.toThrow(/taken by another launch/)
  expect(await folder.server()).toEqual(owner('reprise-new'))
})

test('a label that is in use is refused, and whoever uses it goes on', deadline, async () => {
  const [one, two] = [launchPlace(), launchPlace()]
  const attempt = crypto.randomUUID().slice(0, 8)
  endAfterwards(`reprise-${tinyJob.id}-${attempt}`)
  const { record, servers } = await launchJob(one.options(attempt))
  // Another spelling of the same label, too.
  for (const each of [attempt, attempt.toUpperCase()]) {
    await expect(launchJob(two.options(each))).rejects.toThrow(/another launch of this job is on, with the same label/)
  }
  expect(await stopLaunch(two.state, hostFor)).toMatchObject({ removed: 0 })
  expect(servers.map((each) => each.isRunning())).toEqual([true])
  expect((await fetch(record.url)).status).toBe(200)
  await stopLaunch(one.state, hostFor)
})

test('a server that cannot be written down is not left running', deadline, async () => {
  const { state, options } = launchPlace()
  const attempt = crypto.randomUUID().slice(0, 8)
  endAfterwards(`reprise-${tinyJob.id}-${attempt}`)
  // A folder in its place: as good as a full disk, and it comes only when the server is up.
  const block = () => mkdirSync(join(state, 'launch.json', 'x'), { recursive: true })
  const launching = launchJob({ ...options(attempt), onProgress: ({ phase }) => phase === 'warm' && block() })
  await expect(launching).rejects.toMatchObject({
    name: 'LaunchError',
    failureClass: 'infrastructure',
    message: expect.stringMatching(/launch\.json cannot be written/),
  })
  expect(await host.countOwned(`reprise-${tinyJob.id}-${attempt}`)).toBe(0)
  rmSync(join(state, 'launch.json'), { recursive: true })
})
