import type { Provider } from '../../shared/providers'
import { probeProvider } from './probe'

/*
 * A process of its own, in which one provider is tried: `probeProcess FOLDER PROVIDER` sends its answer to the parent.
 */
const [folder, provider] = process.argv.slice(2) as [string, Provider]
process.send?.(await probeProvider(folder, provider), () => process.exit())
