import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../sources.ts'

const copied = [
  'packages',
  'actions',
  '.github',
  'e2e',
  'bench',
  'benchmarks',
  'configs',
  'runners',
  'docs',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
]
const leftOut = /[\\/](node_modules|\.turbo|dist)$/

/**
 * Copies what tests need of the working tree to a folder. Libraries are links to the tree's own; packages of the workspace are
 * links to the copies, so that a change in one is seen by all the others.
 */
export function copyTree(to: string): void {
  for (const name of copied) {
    cpSync(join(root, name), join(to, name), { recursive: true, filter: (path) => !leftOut.test(path) })
  }
  const modules = join(root, 'node_modules')
  const own = join(to, 'node_modules')
  mkdirSync(join(own, '@reprise'), { recursive: true })
  for (const name of readdirSync(modules)) {
    if (name === '@reprise' || (name.startsWith('.') && name !== '.bin')) continue
    symlinkSync(realpathSync(join(modules, name)), join(own, name), 'junction')
  }
  for (const name of readdirSync(join(to, 'packages'))) {
    symlinkSync(join(to, 'packages', name), join(own, '@reprise', name), 'junction')
  }
}
