import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freshFolder } from '../testing/stored-run.fixture.ts'
import { type LockOwner, ownerHere } from './lock-owner.ts'
import { lockRun, refuseLive } from './run-lock.ts'

const folder = freshFolder()
const lockFile = () => join(folder(), 'run.lock')
const someDay = new Date(0)

function leaveLock(owner: unknown): void {
  mkdirSync(folder(), { recursive: true })
  writeFileSync(lockFile(), JSON.stringify(owner))
}

/** Another process, and what it would write into its lock. */
async function otherProcess(): Promise<{ child: ChildProcess; owner: LockOwner }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'])
  onTestFinished(() => void child.kill('SIGKILL'))
  await new Promise((resolve) => child.once('spawn', resolve))
  return { child, owner: ownerHere(someDay, child.pid) }
}

test('one process has a folder at a time, and leaves nothing', async () => {
  const lock = await lockRun(folder())
  expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid, schema: 'run-lock/1' })
  await expect(lockRun(folder())).rejects.toThrow(
    new RegExp(`process ${process.pid} of this machine writes to it since `),
  )
  await expect(refuseLive(folder())).rejects.toThrow(/Wait for its end, or give another folder/)
  await lock.release()
  await lock.release()
  expect(readdirSync(folder())).toEqual([])
  await (await lockRun(folder())).release()
})

test('another process that lives keeps it, and one that has ended does not', async () => {
  const { child, owner } = await otherProcess()
  leaveLock(owner)
  await expect(lockRun(folder())).rejects.toThrow(`process ${child.pid} of this machine writes to it since 1970`)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  await refuseLive(folder())
  await (await lockRun(folder())).release()
})

test.skipIf(ownerHere(someDay).startTicks === undefined)(
  'the number of a process that has ended is no process',
  async () => {
    const { owner } = await otherProcess()
    leaveLock({ ...owner, startTicks: owner.startTicks! - 1 })
    await refuseLive(folder())
    await (await lockRun(folder())).release()
  },
)

test.each<[string, Partial<LockOwner>, RegExp | undefined]>([
  ['the machine was started anew', { bootId: 'another' }, undefined],
  [
    'another host',
    { host: 'node-7', bootId: 'another' },
    /the host or in the container node-7 .* nobody can see from here/,
  ],
  ['another container of this machine', { pidNamespace: 'pid:[1]' }, /nobody can see from here.*remove .*run\.lock/],
])('%s', async (_, changes, refusal) => {
  leaveLock({ ...ownerHere(someDay), ...changes })
  if (refusal) await expect(lockRun(folder())).rejects.toThrow(refusal)
  else await (await lockRun(folder())).release()
  // Whoever only reads does not wait for somebody whom nobody sees.
  await refuseLive(folder())
})

test.each([['{'], ['{"pid":1}'], ['']])('a lock that names nobody, %j', async (text) => {
  mkdirSync(folder(), { recursive: true })
  writeFileSync(lockFile(), text)
  await expect(lockRun(folder())).rejects.toThrow(/does not say by whom\. Make sure that nobody writes to it, remove/)
})

test('a link in the place of a lock is not followed', async () => {
  const victim = join(dirname(folder()), 'victim')
  mkdirSync(folder(), { recursive: true })
  writeFileSync(victim, 'mine')
  symlinkSync(victim, lockFile())
  await expect(lockRun(folder())).rejects.toThrow(/a link stands where the file should be/)
  expect(readFileSync(victim, 'utf8')).toBe('mine')
})

test('of many that find a stale lock one gets it', async () => {
  leaveLock({ ...ownerHere(someDay), bootId: 'another' })
  const tries = await Promise.allSettled(Array.from({ length: 30 }, () => lockRun(folder())))
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(readdirSync(folder())).toEqual(['run.lock'])
})

test('a lock is released by its owner alone', async () => {
  const lock = await lockRun(folder())
  const { owner } = await otherProcess()
  leaveLock(owner)
  await lock.release()
  expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toEqual(owner)
})
