/** The system's date, set an hour forward and two hours back in turn, each time it is read. For `node --import`. */
const realNow = Date.now
const RealDate = Date
let readings = 0

function steppedNow(): number {
  readings += 1
  return realNow() + (readings % 2 === 0 ? -2 : 1) * 3_600_000
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values) => Reflect.construct(target, values.length === 0 ? [steppedNow()] : values) as Date,
  get: (target, name) => (name === 'now' ? steppedNow : Reflect.get(target, name)),
})
