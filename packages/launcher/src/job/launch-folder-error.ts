/** The folder of a launch is none, is another's, or cannot be written: whoever named it can give another. */
export class LaunchFolderError extends Error {
  override readonly name = 'LaunchFolderError'
}
