import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron'

/** Asks for files or folders; none where the dialog is cancelled. */
export async function choosePaths(options: OpenDialogOptions): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(owner(), options)
  return canceled ? [] : filePaths
}

/** Asks for one file or folder; undefined where the dialog is cancelled. */
export async function choosePath(options: OpenDialogOptions): Promise<string | undefined> {
  return (await choosePaths(options))[0]
}

/** Asks where to save a file; undefined where the dialog is cancelled. */
export async function chooseTarget(title: string, defaultPath: string): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(owner(), {
    title,
    defaultPath,
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  })
  return canceled || !filePath ? undefined : filePath
}

/** The window that a dialog belongs to. */
function owner(): BrowserWindow {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]!
}
