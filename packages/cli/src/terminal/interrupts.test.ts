import { expect, test } from 'vitest'
import { Interrupted, Interrupts, interruptedExitCode } from './interrupts.ts'

function heeded() {
  const exits: number[] = []
  const interrupts = new Interrupts((code) => exits.push(code))
  interrupts.signal.addEventListener('abort', () => {})
  interrupts.cancel.addEventListener('abort', () => {})
  const state = () => [interrupts.signal.aborted, interrupts.cancel.aborted, ...exits]
  return { interrupts, state }
}

test('first asked it keeps what it has, asked again it does not wait, asked a third time it ends', () => {
  const { interrupts, state } = heeded()
  interrupts.ask('SIGINT')
  expect(state()).toEqual([true, false])
  interrupts.ask('SIGINT')
  expect(state()).toEqual([true, true])
  interrupts.ask('SIGINT')
  expect(state()).toEqual([true, true, 130])
})

test.each([
  ['a terminal, where both are told', ['direct', 'forwarded'], [true, false]],
  ['a terminal that is slow to tell the other', ['direct', 'direct', 'forwarded', 'forwarded'], [true, true]],
  ['a supervisor that tells one process', ['forwarded'], [true, false]],
  ['a supervisor that tells it twice', ['forwarded', 'forwarded'], [true, true]],
] as const)('what is passed on counts once: %s', (_, sources, expected) => {
  const { interrupts, state } = heeded()
  for (const source of sources) interrupts.ask('SIGTERM', source)
  expect(state()).toEqual(expected)
})

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGPIPE', 141],
  ['SIGTERM', 143],
] as const)('%s where there is nothing to keep ends at once with %i', (name, code) => {
  const exits: number[] = []
  new Interrupts((exit) => exits.push(exit)).ask(name)
  expect(exits).toEqual([code])
  const { interrupts } = heeded()
  interrupts.ask(name)
  expect(interrupts.signal.reason).toBeInstanceOf(Interrupted)
  expect(interruptedExitCode(interrupts.signal)).toBe(code)
})

test('a parent or a reader that has gone is no second ask', () => {
  const { interrupts, state } = heeded()
  interrupts.ask('SIGTERM')
  interrupts.askOnce('SIGHUP')
  interrupts.askOnce('SIGPIPE')
  expect(state()).toEqual([true, false])
  expect(interruptedExitCode(interrupts.signal)).toBe(143)
})
