import {
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { allowedRole } from './authenticator.js';
import { Gate } from './gate.js';
import type { Caller, Role } from './roles.js';

const ACCESS = 'maintenance-calendar:access';

/** Who may use a route: these roles, or anybody. Every route declares one of the two. */
type Access = readonly Role[] | 'open';

/** Declares the roles that may use a route. */
export const Allow = (roles: readonly Role[]): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, roles);
/** Declares a route that needs no key: health checks, the front page, the reference. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'open');

/** A request whose caller is known. */
export interface AuthenticatedRequest extends FastifyRequest {
  caller?: Caller;
  /** The role that allowed it. */
  role?: Role;
}

/** Lets a request through to a route only for a role that the route declares. Deny by default. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly gate: Gate,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'open') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const caller = request.caller ?? (await this.gate.admit(request));
    const role = allowedRole(caller, access ?? []);
    if (role === undefined)
      throw new Problem(
        403,
        'forbidden',
        `this needs the role ${(access ?? []).join(' or ')}; yours: ${caller.roles.join(', ')}`,
      );
    request.role = role;
    return true;
  }
}

/** Refuses to start while a route declares no role and is not open. */
@Injectable()
export class AccessAudit implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    const undeclared = this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const controller = instance as Record<string, unknown>;
      if (!metatype) return [];
      return this.scanner
        .getAllMethodNames(Object.getPrototypeOf(controller) as object)
        .filter((name) => Reflect.hasMetadata(PATH_METADATA, controller[name] as object))
        .filter(
          (name) => !this.reflector.getAllAndOverride(ACCESS, [controller[name] as () => unknown, metatype as never]),
        )
        .map((name) => `${metatype.name}.${name}`);
    });
    if (undeclared.length > 0) throw new Error(`these routes declare no role: ${undeclared.join(', ')}`);
  }
}
