/** Has the browser save something as a file; nothing leaves the page. */
export function saveFile(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

/** The same of a picture as PNG, twice as fine as it is shown. */
export function savePicture(name: string, svg: string): void {
  const picture = new Image()
  picture.addEventListener('load', () => {
    const canvas = document.createElement('canvas')
    canvas.width = 2 * picture.width
    canvas.height = 2 * picture.height
    canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
    canvas.toBlob((content) => {
      if (content) saveFile(name, 'image/png', content)
    }, 'image/png')
  })
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
}

/** `Time to first token` as `time-to-first-token.csv`. */
export function fileName(title: string, ending: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${plain || 'figures'}.${ending}`
}
