import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BodyBuffers } from './body-buffers.ts'

const MIB = 1024 * 1024

test('a buffer that was given back serves the next body of about its size', () => {
  const buffers = new BodyBuffers()
  const first = buffers.copyOf(bytes(1, 900_000))
  const second = buffers.copyOf(bytes(2, 900_000))
  expect(second.buffer).not.toBe(first.buffer)
  buffers.giveBack(first)
  const third = buffers.copyOf(bytes(3, 880_000))
  expect(third.buffer).toBe(first.buffer)
  expect(third.equals(bytes(3, 880_000))).toBe(true)
  expect(buffers.copyOf(bytes(4, 880_000)).buffer).not.toBe(first.buffer)
})

test('any order of taking and giving back: a body in use keeps its bytes, and at most so many idle bytes are kept', () => {
  const steps = fc.array(fc.record({ length: fc.oneof(fc.nat(3_000), fc.nat(2 * MIB)), give: fc.nat(7) }), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(steps, (steps) => {
      const buffers = new BodyBuffers({ maxIdleBytes: 4 * MIB })
      const inUse: { body: Buffer; fill: number; length: number }[] = []
      for (const [i, { length, give }] of steps.entries()) {
        const fill = (i % 100) + 1
        inUse.push({ body: buffers.copyOf(bytes(fill, length)), fill, length })
        for (const one of inUse.splice(0, give % 3)) buffers.giveBack(one.body)
        for (const { body, fill, length } of inUse) expect(body.equals(bytes(fill, length))).toBe(true)
        expect(buffers.idleBytes).toBeLessThanOrEqual(4 * MIB)
      }
    }),
    { numRuns: 50 },
  )
})

test('a buffer is at most a quarter larger than its body', () => {
  const buffers = new BodyBuffers()
  for (let length = 64 * 1024; length < 9 * MIB; length = Math.floor(length * 1.07) + 1) {
    const { buffer } = buffers.copyOf(new Uint8Array(length))
    expect(buffer.byteLength).toBeGreaterThanOrEqual(length)
    expect(buffer.byteLength).toBeLessThanOrEqual(length * 1.25 + 1)
  }
})

test('what has not been of use for longest is dropped first', () => {
  const buffers = new BodyBuffers({ maxIdleBytes: 3 * MIB })
  const [old, young, last] = [MIB, 1.5 * MIB, 1.25 * MIB].map((length) => buffers.copyOf(bytes(1, length)))
  for (const body of [old!, young!, last!]) buffers.giveBack(body)
  expect(buffers.idleBytes).toBe(2.75 * MIB)
  expect(buffers.copyOf(bytes(1, 1.5 * MIB)).buffer).toBe(young!.buffer)
  expect(buffers.copyOf(bytes(1, MIB)).buffer).not.toBe(old!.buffer)
})

test('small bodies are not kept', () => {
  const buffers = new BodyBuffers()
  buffers.giveBack(buffers.copyOf(bytes(1, 2_000)))
  expect(buffers.idleBytes).toBe(0)
})

function bytes(fill: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(fill)
}

test('what was prepared serves smaller bodies too, down to half of it', () => {
  const buffers = new BodyBuffers()
  buffers.prepare(MIB)
  expect(buffers.idleBytes).toBe(MIB)
  expect(buffers.copyOf(new Uint8Array(MIB / 4)).length).toBe(MIB / 4)
  expect(buffers.idleBytes).toBe(MIB)
  const body = buffers.copyOf(new Uint8Array(0.6 * MIB).fill(7))
  expect(buffers.idleBytes).toBe(0)
  expect(body.every((byte) => byte === 7)).toBe(true)
  buffers.giveBack(body)
  expect(buffers.idleBytes).toBe(MIB)
})
