import { expect, test } from 'vitest'
import { scratchFolder } from '../../testing/launch-plan.fixture.ts'
import { standInDocker } from '../../testing/stand-in-docker.fixture.ts'
import { dockerHost } from './docker-host.ts'

const label = 'reprise-test-1'

test('a container that will not die is an infrastructure failure that names it', async () => {
  const { asked } = standInDocker([
    'ps*) echo c0ffee ;;',
    'rm*) echo "Error response from daemon: cannot remove c0ffee: tried to kill container, but did not receive an exit event" >&2; exit 1 ;;',
  ])
  await expect(dockerHost().cleanUp(label, { graceS: 0.1 })).rejects.toMatchObject({
    failureClass: 'infrastructure',
    phase: 'stop',
    message: expect.stringMatching(
      /^container c0ffee of reprise-test-1 cannot be removed \(.*did not receive an exit event\)/,
    ),
  })
  expect(asked().filter((words) => words.startsWith('rm ')).length).toBeGreaterThan(1)
})

test('only what carries the label, word for word, is asked for', async () => {
  const { asked } = standInDocker([])
  expect(await dockerHost().cleanUp(label, { graceS: 1 })).toEqual({ removed: 0 })
  expect(new Set(asked())).toEqual(
    new Set([`ps --all --no-trunc --filter label=dev.reprise.label=${label} --format {{.ID}}`]),
  )
})

test.each([
  [
    'does not run',
    ['*) echo "Cannot connect to the Docker daemon. Is the docker daemon running?" >&2; exit 1 ;;'],
    /Is the docker daemon running/,
  ],
  ['is not installed', undefined, /is it installed, and on the PATH/],
])('a daemon that %s is the operator’s', async (_what, cases, message) => {
  if (cases) standInDocker(cases)
  const before = process.env.PATH
  if (!cases) process.env.PATH = scratchFolder()
  const asked = dockerHost().cleanUp(label, { graceS: 1 })
  await expect(asked).rejects.toMatchObject({ failureClass: 'infrastructure', message: expect.stringMatching(message) })
  process.env.PATH = before
})
