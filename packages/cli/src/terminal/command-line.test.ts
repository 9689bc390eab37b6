import { expect, test } from 'vitest'
import { againLine, commandLine } from './command-line.ts'

test('plain words stay as they are, others are quoted for a shell', () => {
  expect(commandLine(['replay', '--url', 'http://127.0.0.1:8000', '--lanes', '1,2'])).toBe(
    'npx reprise replay --url http://127.0.0.1:8000 --lanes 1,2',
  )
  expect(commandLine(['trace', 'stats', "it's $(here)"])).toBe(`npx reprise trace stats 'it'\\''s $(here)'`)
})

test('a drawn seed takes the place of the word random, and only there', () => {
  expect(commandLine(['simulate', '--seed', 'random', '--out', 'random'], { seed: 7 })).toBe(
    'npx reprise simulate --seed 7 --out random',
  )
  expect(commandLine(['simulate', '--seed=random'], { seed: 7 })).toBe('npx reprise simulate --seed=7')
})

test('to be pasted again, a command that names its folder says --overwrite, once', () => {
  expect(againLine('npx reprise simulate --lanes 2')).toBe('npx reprise simulate --lanes 2')
  for (const named of ['--out runs/mine', '--out=runs/mine']) {
    const again = `npx reprise replay ${named} --lanes 2 --overwrite`
    expect(againLine(`npx reprise replay ${named} --lanes 2`)).toBe(again)
    expect(againLine(again)).toBe(again)
  }
})
