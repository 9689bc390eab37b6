import { Command } from 'commander'
import { expect, test } from 'vitest'
import { UsageError } from '../terminal/exit-codes.ts'
import { addMetricsOptions, type MetricsOptions, metricsOptionsOf, withMetricsHeaders } from './metrics-options.ts'

function parsed(...words: string[]): MetricsOptions {
  const command = addMetricsOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  return metricsOptionsOf(command.parse(words, { from: 'user' }).opts<MetricsOptions>())
}

test('without a flag everything that can be had is sampled', () => {
  expect(parsed()).toEqual({ metrics: true, power: 'auto' })
})

test('pages, devices and headers are named; a header is given by its variable alone', () => {
  const options = parsed(
    ...['--metrics-url', 'http://gpu:9400', '--metrics-url', 'http://gpu:8081/page', '--power-devices', '0,3'],
    ...['--metrics-header-env', 'X-Key=PAGE_KEY', '--no-metrics', '--power', 'off'],
  )
  expect(options).toEqual({
    ...{ metrics: false, power: 'off', powerDevices: ['0', '3'], metricsHeaderEnv: { 'x-key': 'PAGE_KEY' } },
    metricsUrl: ['http://gpu:9400/metrics', 'http://gpu:8081/page'],
  })
  expect(withMetricsHeaders(options, { PAGE_KEY: 'open' }).metricsHeaders).toEqual({ 'x-key': 'open' })
})

test('a variable that is not set and a header without one are told by the flag', () => {
  const options = parsed('--metrics-header-env', 'X-Key=PAGE_KEY')
  expect(() => withMetricsHeaders(options, {})).toThrow(/--metrics-header-env x-key=PAGE_KEY: that variable is not set/)
  expect(() => parsed('--metrics-header-env', 'X-Key: secret')).toThrow(UsageError)
  expect(() => parsed('--power-devices', 'all')).toThrow(/numbers/)
})
