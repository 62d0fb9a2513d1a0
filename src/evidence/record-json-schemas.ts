import * as z from 'zod/mini';
import { manifest, metrics } from './record-schemas.ts';

/** See `jsonSchemaOfManifest`. */
export function describeManifest(): object {
  const about = { title: 'Implementation gate run manifest', description: 'manifest.json of one run' };
  return z.toJSONSchema(manifest.register(z.globalRegistry, about), { io: 'input' });
}

/** See `jsonSchemaOfMetrics`. */
export function describeMetrics(): object {
  const about = { title: 'Implementation gate metrics record', description: 'One line of metrics.json' };
  return z.toJSONSchema(metrics.register(z.globalRegistry, about), { io: 'input' });
}
