import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { LaunchError } from '../../plan/launch-error.ts'
import { squashName } from '../../slurm/image-names.ts'
import { scratchFolder } from '../../testing/launch-plan.fixture.ts'
import { type LaunchOwner, thisLauncher } from '../launch-owner.ts'
import { clearImport, importImage } from './import-image.ts'

const image = 'nvcr.io/x/y:1'

/** A squash file of 4,096 bytes, or of fewer that says the same. */
function squash(bytes = 4_096): Buffer {
  const content = Buffer.alloc(bytes)
  content.write('hsqs', 'latin1')
  content.writeBigUInt64LE(4_096n, 40)
  return content
}

type Writing = (file: string) => { readonly exitCode: number; readonly said?: string } | undefined

/** `enough` is how long an import takes, by what has been told so far. */
function place(
  write: Writing = () => undefined,
  enough: (told: readonly string[]) => Promise<unknown> = () => sleep(0),
) {
  const folder = scratchFolder()
  const ran: string[][] = []
  const told: string[] = []
  const start = (
    owner: LaunchOwner = thisLauncher('reprise-import-1', folder),
    signal = new AbortController().signal,
  ) =>
    importImage({
      ...{ image, folder, owner, signal },
      tell: (detail) => told.push(detail),
      run: async (words) => {
        ran.push([...words])
        await enough(told)
        const { exitCode = 0, said = '' } = write(words[3]!) ?? {}
        if (exitCode === 0 && !existsSync(words[3]!)) writeFileSync(words[3]!, squash())
        return { end: { exitCode }, said }
      },
    })
  return { folder, ran, told, start, file: join(folder, squashName(image)) }
}

test('of two launches that want an image at once one imports it, and nobody sees a part of it', async () => {
  const waits = expect.stringMatching(new RegExp(`^reprise-import-[12] on ${hostname()} imports ${image}$`))
  const { folder, ran, told, start, file } = place(
    (part) => {
      expect(part).not.toBe(file)
      expect(existsSync(file)).toBe(false)
      return undefined
    },
    (sofar) => vi.waitFor(() => expect(sofar).toContainEqual(waits), 10_000),
  )
  expect(await Promise.all([start(), start(thisLauncher('reprise-import-2', folder))])).toEqual([file, file])
  expect(ran).toEqual([['enroot', 'import', '--output', expect.stringContaining('.part'), 'docker://nvcr.io#x/y:1']])
  expect(told).toContainEqual(waits)
  expect(readdirSync(folder)).toEqual([squashName(image)])
  await start()
  expect(ran).toHaveLength(1)
})

test('a file that was cut off is no image: it is imported anew', async () => {
  const { file, ran, start } = place()
  writeFileSync(file, squash(4_000))
  await start()
  expect(ran).toHaveLength(1)
  expect(readFileSync(file)).toEqual(squash())
})

test.each<[string, Writing, 'recipe' | 'infrastructure', RegExp]>([
  [
    'ends with an error',
    () => ({ exitCode: 1, said: 'x\n[ERROR] No space left on device\n' }),
    'infrastructure',
    /exit code 1: \[ERROR\] No space left/,
  ],
  [
    'leaves a part',
    (part) => void writeFileSync(part, squash(4_000)),
    'infrastructure',
    /it left no whole squash file/,
  ],
  [
    'leaves something else',
    (part) => void writeFileSync(part, 'x'.repeat(9_000)),
    'infrastructure',
    /no whole squash file/,
  ],
  [
    'finds no such image',
    () => ({ exitCode: 1, said: '[ERROR] manifest unknown: 404' }),
    'recipe',
    /name an image that there is/,
  ],
])('an import that %s leaves nothing', async (_what, write, failureClass, message) => {
  const { folder, start } = place(write)
  const failure = await start().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(LaunchError)
  expect(failure).toMatchObject({ failureClass, phase: 'pull', message: expect.stringMatching(message) })
  expect(readdirSync(folder)).toEqual([])
})

/** A lock, and a part beside it, as somebody left them; `silentS` says when the lock was last touched. */
function leave(file: string, launcher: Partial<NonNullable<LaunchOwner['launcher']>>, silentS = 0): void {
  const own = thisLauncher('reprise-dead-1', '/x').launcher!
  const content = { token: 'aaaa', owner: { label: 'reprise-dead-1', state: '/x', launcher: { ...own, ...launcher } } }
  writeFileSync(`${file}.lock`, JSON.stringify(content))
  const then = new Date(Date.now() - silentS * 1_000)
  utimesSync(`${file}.lock`, then, then)
  writeFileSync(`${file}.aaaa.part`, 'part')
}

test.runIf(process.platform === 'linux').each<[string, Parameters<typeof leave>[1], number]>([
  ['a launcher of this machine that was killed', { pid: 2 ** 22 - 3 }, 0],
  ['a launcher of this machine before its restart', { boot: 'another' }, 0],
  ['a launcher of another machine that has been silent for a minute', { machine: 'elsewhere' }, 90],
])('what %s has left is taken over and cleared', async (_who, launcher, silentS) => {
  const { folder, file, start } = place()
  leave(file, launcher, silentS)
  expect(await start()).toBe(file)
  expect(readdirSync(folder)).toEqual([squashName(image)])
})

test('what a launch was killed over is cleared with it, and nothing of another one', async () => {
  const { folder, file } = place()
  const lost = { ...thisLauncher('reprise-dead-1', folder) }
  writeFileSync(join(folder, 'image-import.json'), JSON.stringify({ file }))
  leave(file, {})
  await clearImport({ ...lost, label: 'reprise-other-1' })
  expect(readdirSync(folder)).toHaveLength(3)
  await clearImport(lost)
  expect(readdirSync(folder)).toEqual([])
  await clearImport(lost)
})

test('a launcher of another machine that is at it is waited for; who gives up leaves it alone', async () => {
  const { folder, file, ran, start } = place()
  leave(file, { machine: 'elsewhere' }, 30)
  const stop = new AbortController()
  const waiting = start(undefined, stop.signal)
  setTimeout(() => stop.abort(new Error('enough')), 1_200)
  await expect(waiting).rejects.toThrow('enough')
  expect(ran).toEqual([])
  expect(readdirSync(folder).toSorted()).toEqual([`${squashName(image)}.aaaa.part`, `${squashName(image)}.lock`])
})

test('a folder that is not there is told', async () => {
  const { start } = place()
  const nowhere = importImage({
    ...{ image, folder: '/reprise/nowhere', owner: thisLauncher('reprise-import-1', '/x') },
    ...{ signal: new AbortController().signal, tell: () => {}, run: () => Promise.reject(new Error('never')) },
  })
  await expect(nowhere).rejects.toMatchObject({
    failureClass: 'infrastructure',
    message: expect.stringMatching(/cannot be used \(ENOENT\); make it/),
  })
  await start()
})
