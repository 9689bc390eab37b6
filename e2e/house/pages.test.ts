import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../sources.ts'

const pages = globSync(['*.md', 'docs/**/*.md', 'actions/*.md'], { cwd: root })

/** What a page names as a place in the repository, whole. */
function pathsIn(text: string): string[] {
  const named = [...text.matchAll(/`((?:packages|actions|benchmarks|bench|configs|docs|e2e|runners)\/[\w./-]*)`/g)]
  return [...new Set(named.map(([, path]) => path!))]
}

test.each(pages)('%s names no place that is not there', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  expect(pathsIn(text).filter((path) => !existsSync(resolve(root, path)))).toEqual([])
})

/** The files that a page links to, from the root; places on the web and in the page itself are none. */
function linksOf(page: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!.replace(/#.*$/, ''))
  return targets.filter((to) => to !== '' && !/^\w+:/.test(to)).map((to) => join(dirname(page), to))
}

test.each(pages)('%s links to no file that is not there', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  expect(linksOf(page, text).filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('some other page links to every page of docs/', () => {
  const linked = new Set(
    pages.flatMap((page) => linksOf(page, readFileSync(join(root, page), 'utf8')).filter((to) => to !== page)),
  )
  expect(pages.filter((page) => /^docs\/[^/]+$/.test(page) && !linked.has(page))).toEqual([])
})

test('the scan sees what it looks for', () => {
  expect(linksOf('docs/a.md', '[b](b.md#c), [d](../d.md), [e](https://e.org/f), [g](#h)')).toEqual([
    'docs/b.md',
    'd.md',
  ])
  expect(pathsIn('see `packages/a/src/b.ts`, `docs/`, `npm test` and `packages/*/src`')).toEqual([
    'packages/a/src/b.ts',
    'docs/',
  ])
})
