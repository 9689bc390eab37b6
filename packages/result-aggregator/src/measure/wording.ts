/** `0.1234` as `12.3 %`; a share that is not whole is never rounded to 0 or 100. */
export function renderShare(share: number): string {
  const percent = share * 100
  for (const digits of [1, 2, 3, 4]) {
    const text = percent.toFixed(digits)
    const shown = Number(text)
    if ((shown !== 0 || percent === 0) && (shown !== 100 || percent === 100)) return `${trimZeros(text)} %`
  }
  return `${percent} %`
}

/** Milliseconds with at most one decimal. */
export function renderMs(ms: number): string {
  return `${trimZeros(ms.toFixed(1))} ms`
}

/** Whole seconds, or with one decimal below ten. */
export function renderSeconds(ms: number): string {
  const seconds = ms / 1000
  return `${seconds < 10 ? trimZeros(seconds.toFixed(1)) : Math.round(seconds)} s`
}

/** Whole minutes, or with one decimal. */
export function renderMinutes(ms: number): string {
  return `${trimZeros((ms / 60_000).toFixed(1))} min`
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
