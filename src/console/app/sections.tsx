import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { BarChart2, FileText, type Icon, Inbox, Link2, Radio, Settings, Smartphone } from 'react-feather'

export type Section = {
  /** The first part of its paths; what stands behind it is the page's own (wouter's nested routes). */
  path: string
  label: string
  icon: Icon
  page: LazyExoticComponent<ComponentType>
  /** Only where the simulator runs. */
  simulated?: boolean
}

/** The console's pages, in the order of the navigation, each loaded when it is first opened. */
export const sections: readonly Section[] = [
  { path: '/inbox', label: 'Inbox', icon: Inbox, page: lazy(() => import('../pages/inbox/inbox-page.tsx')) },
  {
    path: '/broadcasts',
    label: 'Broadcasts',
    icon: Radio,
    page: lazy(() => import('../pages/broadcasts/broadcasts-page.tsx')),
  },
  {
    path: '/templates',
    label: 'Templates',
    icon: FileText,
    page: lazy(() => import('../pages/templates/templates-page.tsx')),
  },
  {
    path: '/analytics',
    label: 'Analytics',
    icon: BarChart2,
    page: lazy(() => import('../pages/analytics/analytics-page.tsx')),
  },
  {
    path: '/phone',
    label: 'Phone',
    icon: Smartphone,
    page: lazy(() => import('../pages/phone/phone-page.tsx')),
    simulated: true,
  },
  {
    path: '/connection',
    label: 'Connection',
    icon: Link2,
    page: lazy(() => import('../pages/connection/connection-page.tsx')),
  },
  {
    path: '/settings',
    label: 'Settings',
    icon: Settings,
    page: lazy(() => import('../pages/settings/settings-page.tsx')),
  },
]
