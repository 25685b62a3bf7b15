import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PublicUrl } from './public-url.js';
import { isApiPath } from './request-path.js';

/** For pages of ours: nothing inline, nothing foreign, no text that becomes script. */
const PAGE_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'"],
  ...["manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"],
  ...["object-src 'none'", "require-trusted-types-for 'script'"],
].join('; ');

/** For what is no page: nothing may ever run from it. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

const UNUSED_FEATURES = [
  ...['accelerometer', 'autoplay', 'camera', 'display-capture', 'encrypted-media', 'fullscreen', 'geolocation'],
  ...['gyroscope', 'magnetometer', 'microphone', 'midi', 'payment', 'picture-in-picture', 'usb', 'xr-spatial-tracking'],
];

const ALWAYS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
};

/** One year. Without includeSubDomains: the other hosts of the customer's domain are not ours to decide about. */
const STRICT_TRANSPORT = 'max-age=31536000';

/**
 * Puts the headers that every answer has straight on Node's response, so that answers which bypass Fastify
 * (`reply.hijack()`) have them too. A handler's own `reply.header()` of the same name wins.
 */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply, publicUrl: PublicUrl): void {
  const response = reply.raw;
  for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
  const isApi = isApiPath(request.url);
  response.setHeader('Content-Security-Policy', isApi ? DATA_POLICY : PAGE_POLICY);
  if (isApi) response.setHeader('Cache-Control', 'no-store');
  if (publicUrl.isSecure(request)) response.setHeader('Strict-Transport-Security', STRICT_TRANSPORT);
}

export function installSecurityHeaders(fastify: FastifyInstance, publicUrl: PublicUrl): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(request, reply, publicUrl);
    reply.raw.setHeader('X-Request-Id', request.id);
    done();
  });
}
