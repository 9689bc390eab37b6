import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseMetricsUrl } from './parse-http-url.ts'
import { repeated } from './refuse-repeats.ts'
import { headersInEnv, parseHeaderEnv } from './request-extras.ts'

export const POWER_CHOICES = ['auto', 'off', 'nvidia-smi', 'amd-smi'] as const
export type PowerChoice = (typeof POWER_CHOICES)[number]

/** What is asked of the server and of its accelerators beside a run. */
export interface MetricsOptions {
  readonly metrics: boolean
  readonly metricsUrl?: readonly string[]
  /** Names of headers, and of the environment's variables that hold their values. */
  readonly metricsHeaderEnv?: Readonly<Record<string, string>>
  readonly power: PowerChoice
  readonly powerDevices?: readonly string[]
}

/** By their attribute names. */
export const metricsOptionNames = ['metrics', 'metricsUrl', 'metricsHeaderEnv', 'power', 'powerDevices'] as const

export function addMetricsOptions(command: Command): Command {
  return command
    .option(
      '--metrics-url <url>',
      "a metrics page to sample beside the run, besides the endpoint's own; may be given several times",
      repeated((text, before: readonly string[] = []) => [...before, parseMetricsUrl(text)]),
    )
    .option(
      '--metrics-header-env <name=variable>',
      'ask every metrics page with a header whose value is in an environment variable: X-Api-Key=MY_KEY',
      repeated((text, before: Readonly<Record<string, string>> = {}) => ({
        ...before,
        ...parseHeaderEnv(METRICS_HEADER_ENV, text),
      })),
    )
    .addOption(
      new Option('--power <meter>', 'what tells the power of accelerators, where the server runs on this machine')
        .choices(POWER_CHOICES)
        .default('auto'),
    )
    .option('--power-devices <n,...>', 'devices that serve, as the meter numbers them; default: all', parseDevices)
    .option('--no-metrics', "sample none of the server's metrics")
}

/** Of all options of a command these. */
export function metricsOptionsOf({
  metrics,
  metricsUrl,
  metricsHeaderEnv,
  power,
  powerDevices,
}: MetricsOptions): MetricsOptions {
  return {
    ...{ metrics, power },
    ...(metricsUrl && { metricsUrl }),
    ...(metricsHeaderEnv && { metricsHeaderEnv }),
    ...(powerDevices && { powerDevices }),
  }
}

/** The options, with the headers that they name. @throws UsageError where a variable is not set, or its value cannot be sent. */
export function withMetricsHeaders<Options extends Partial<MetricsOptions>>(
  options: Options,
  env: Readonly<Record<string, string | undefined>>,
): Options & { readonly metricsHeaders?: Readonly<Record<string, string>> } {
  const { metricsHeaderEnv } = options
  if (!metricsHeaderEnv) return options
  return { ...options, metricsHeaders: headersInEnv(METRICS_HEADER_ENV, metricsHeaderEnv, env) }
}

const METRICS_HEADER_ENV = '--metrics-header-env'

/** @throws InvalidArgumentError */
function parseDevices(text: string): string[] {
  if (/^\d{1,4}(,\d{1,4}){0,255}$/.test(text)) return text.split(',')
  throw new InvalidArgumentError('give numbers, as in 0,1,2,3')
}
