import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, globSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { distFolder } from '../actions/build/bundle-actions.ts'
import { embedded, packageFolder } from '../actions/build/collect-licenses.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

const made = build(root)

test('actions/dist is what the sources make; if not: npm run build:actions', () => {
  expect(keptDigests()).toEqual(made.digests)
})

test('the bundle does not depend on where the repository lies', () => {
  const elsewhere = join(temporaryFolder(), 'another place', 'reprise')
  copySources(made.inputs, elsewhere)
  expect(build(elsewhere).digests).toEqual(made.digests)
})

test('a change of eight lines changes the files that hold them, and renames none', () => {
  const elsewhere = join(temporaryFolder(), 'changed')
  copySources(made.inputs, elsewhere)
  const lines = Array.from({ length: 8 }, (_, i) => `console.error('line ${i}')\n`)
  appendFileSync(join(elsewhere, 'packages/launcher/src/launch/launch.ts'), lines.join(''))
  const changed = build(elsewhere).digests
  expect(Object.keys(changed)).toEqual(Object.keys(made.digests))
  expect(Object.keys(changed).filter((name) => changed[name] !== made.digests[name])).toHaveLength(1)
})

test('what is committed stays small', () => {
  const files = globSync('*', { cwd: distFolder(root) })
  const bytes = files.reduce((sum, name) => sum + statSync(join(distFolder(root), name)).size, 0)
  expect(bytes).toBeLessThan(4 * 2 ** 20)
})

test('every library in the bundle is named with its licence', () => {
  const licenses = readFileSync(join(distFolder(root), 'licenses.txt'), 'utf8')
  expect(licenses).not.toMatch(/no licence$|undefined/m)
  for (const folder of new Set(made.inputs.map(packageFolder).filter((path) => path !== undefined))) {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    expect(licenses).toContain(`\n${name} ${version} (`)
  }
  for (const name of ['echarts', 'zrender']) expect(licenses).toContain(`\n${name} `)
})

/** In a process of its own, as `npm run build:actions` does it. */
function build(folder: string): { digests: Record<string, string>; inputs: string[] } {
  const script = join(root, 'actions/build/print-digests.ts')
  return JSON.parse(execFileSync(process.execPath, [script, folder], { encoding: 'utf8', timeout: 60_000 }))
}

function keptDigests(): Record<string, string> {
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(distFolder(root), name)))
      .digest('hex')
  return Object.fromEntries(globSync('*', { cwd: distFolder(root) }).map((name) => [name, digest(name)]))
}

/** All that the build reads, at the same places under another folder. */
function copySources(inputs: readonly string[], to: string): void {
  const libraries = [...new Set(inputs.map(packageFolder).filter((path) => path !== undefined)), ...embedded]
  const beside = libraries.flatMap((folder) =>
    // A folder of a library may have a package.json of its own, which says how its files are read.
    globSync(`${folder}/{package.json,dist/**/package.json,[Ll]icen*,LICEN*,NOTICE*}`, { cwd: root }),
  )
  const ours = globSync(['packages/*/package.json', 'packages/*/src', 'actions/package.json', 'actions/src'], {
    cwd: root,
  })
  for (const path of [
    ...inputs.filter((path) => packageFolder(path)),
    ...beside,
    ...ours,
    'node_modules/echarts/dist/echarts.min.js',
  ])
    cpSync(join(root, path), join(to, path), { recursive: true })
  mkdirSync(join(to, 'node_modules/@reprise'), { recursive: true })
  for (const name of globSync('*', { cwd: join(root, 'packages') }))
    symlinkSync(join(to, 'packages', name), join(to, 'node_modules/@reprise', name))
}
