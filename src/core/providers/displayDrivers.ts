import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { release } from 'node:os'
import { promisify } from 'node:util'

/** Where Linux keeps the descriptions of its Vulkan drivers. */
const vulkanDrivers = '/usr/share/vulkan/icd.d'
/** Where Windows keeps what it knows of display adapters. */
const displayAdapters = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}`

/**
 * Returns a text that changes when the system or a graphics driver does, as far as that can be found without calling
 * the driver, which may crash.
 */
export async function displayDrivers(): Promise<string> {
  return [release(), ...(await Promise.all(sources().map((source) => source.catch(() => ''))))].join('\n')
}

function sources(): Promise<string>[] {
  switch (process.platform) {
    case 'linux':
      return [
        readFile('/proc/driver/nvidia/version', 'utf8'),
        readdir(vulkanDrivers).then((names) => names.toSorted().join()),
        Promise.resolve(process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'] ?? ''),
      ]
    case 'win32':
      return [
        promisify(execFile)('reg', ['query', displayAdapters, '/s', '/v', 'DriverVersion'], {
          timeout: 5000,
        }).then(({ stdout }) => stdout),
      ]
    // On a Mac drivers come with the system.
    default:
      return []
  }
}
