import { weightExtensions } from '../../shared/models'
import type { CallHandlers } from '../ipc'
import type { Services } from '../services'
import { choosePath } from '../window/dialogs'
import { texts } from '../window/texts'
import { findDropped } from './findDropped'

/** The calls about models: which are installed, importing, removing, and how they run on this machine. */
export function modelCalls({ models }: Services) {
  const inspectChosen = async (path: string | undefined) => (path === undefined ? null : models.inspect(path))

  return {
    'models.list': () => models.list(),
    'models.chooseFile': async () => {
      const { dialogs, files } = texts()
      const filters = [{ name: files.weights, extensions: weightExtensions }]
      return inspectChosen(await choosePath({ title: dialogs.weights, properties: ['openFile'], filters }))
    },
    'models.chooseFolder': async () =>
      inspectChosen(await choosePath({ title: texts().dialogs.modelFolder, properties: ['openDirectory'] })),
    'models.findDropped': findDropped,
    'models.inspectDropped': ([path]) => models.inspect(path),
    'models.import': (request) => models.import(request),
    'models.cancelImport': () => models.cancelImport(),
    'models.remove': (id) => models.remove(id),

    'machine.providers': (id) => models.providers(id),
    'machine.speed': (id) => models.speed(id),
  } satisfies Partial<CallHandlers>
}
