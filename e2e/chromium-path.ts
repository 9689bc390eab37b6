import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A Chromium of the system; undefined where there is none. */
export function chromiumPath(): string | undefined {
  return places.find((place) => existsSync(place))
}
