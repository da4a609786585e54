<?php
// Makes the site: an administrator, the page above all appeals, and a role that may do what the channel needs.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require $argv[1] . '/wp-config.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Polizeidirektion Musterstadt', 'admin', 'admin@polizei.example', true, '', 'not used');
update_option('permalink_structure', '/%postname%/');
add_role('fahndung', 'Fahndung', array_fill_keys([
	'read', 'upload_files', 'edit_posts', 'delete_posts', 'edit_pages', 'edit_published_pages', 'publish_pages',
	'delete_pages', 'delete_published_pages',
], true));
wp_insert_post([
	'post_type' => 'page', 'post_title' => 'Fahndung', 'post_name' => 'fahndung', 'post_status' => 'publish',
	'post_content' => 'Wen die Polizei sucht.',
]);
switch_theme('bare');
flush_rewrite_rules();
global $wp_version;
[$password] = WP_Application_Passwords::create_new_application_password(1, ['name' => 'tests']);
echo json_encode(['password' => $password, 'version' => $wp_version]);
