import { expect, test } from 'vitest'
import { expandNodeList } from './expand-node-list.ts'

test.each<[string, string[]]>([
  ['', []],
  ['gpu0', ['gpu0']],
  ['gpu[0-2]', ['gpu0', 'gpu1', 'gpu2']],
  ['gpu[0-1,7],login', ['gpu0', 'gpu1', 'gpu7', 'login']],
  ['n[008-011]', ['n008', 'n009', 'n010', 'n011']],
  ['r[1-2]n[01-02]', ['r1n01', 'r1n02', 'r2n01', 'r2n02']],
  ['a-b.c[3]x', ['a-b.c3x']],
])('%s', (list, names) => {
  expect(expandNodeList(list)).toEqual(names)
})

test.each(['(null)', 'gpu[', 'gpu[a]', 'gpu[2-1]', 'gpu[0-999999999]', '-x', 'a b', '$(x)'])(
  '%s is no list',
  (list) => {
    expect(expandNodeList(list)).toBeUndefined()
  },
)
