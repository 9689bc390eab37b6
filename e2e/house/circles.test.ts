import { expect, test } from 'vitest'
import { productSources, type SourceFile } from '../sources.ts'
import { circlesOf, fileGraph, folderGraph } from './circles.ts'

const files = fileGraph(productSources())

test('no file leads back to itself', () => {
  expect(circlesOf(files)).toEqual([])
})

test('no folder leads back to itself', () => {
  expect(circlesOf(folderGraph(files))).toEqual([])
})

test('the scan sees what it looks for', () => {
  const source = (path: string, ...imports: string[]): SourceFile => ({
    path,
    package: 'a',
    folder: 'a',
    text: '',
    imports,
  })
  const graph = fileGraph([
    source('a/src/x/one.ts', './two.ts'),
    source('a/src/x/two.ts', '../y/three.ts'),
    source('a/src/y/three.ts', '../x/four.ts'),
    source('a/src/x/four.ts', 'zod'),
    source('a/src/x/index.ts', './one.ts'),
    source('a/src/y/five.ts', './six.ts'),
    source('a/src/y/six.ts', './seven.ts'),
    source('a/src/y/seven.ts', './five.ts'),
  ])
  expect(circlesOf(graph)).toEqual([['a/src/y/five.ts', 'a/src/y/seven.ts', 'a/src/y/six.ts']])
  expect(circlesOf(folderGraph(graph))).toEqual([['a/src/x', 'a/src/y']])
})
