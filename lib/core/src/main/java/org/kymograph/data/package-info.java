/** Tasks and data sets, each a value that says its shape, split and seed. */
package org.kymograph.data;
